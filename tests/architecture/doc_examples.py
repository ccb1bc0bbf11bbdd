#!/usr/bin/env python3
"""The examples in docs/ are the golden files, byte for byte.

An example is a fenced block behind the comment <!-- golden: NAME.json -->. It
must equal tests/golden/bus/NAME.json, and docs/bus.md must show every one.
"""

import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
goldens = root / "tests" / "golden" / "bus"
example = re.compile(r"<!-- golden: (\S+) -->\n+```[a-z]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
mention = re.compile(r"<!-- golden:")


def faults_of(page: pathlib.Path, shown: set) -> list:
    text = page.read_text(encoding="utf-8")
    name = page.relative_to(root)
    found = example.findall(text)
    faults = []
    if len(found) != len(mention.findall(text)):
        faults.append(f"{name}: a golden comment without a fenced block behind it")
    for golden, block in found:
        shown.add(golden)
        path = goldens / golden
        if not path.is_file():
            faults.append(f"{name}: there is no {path.relative_to(root)}")
        elif path.read_text(encoding="utf-8") != block:
            faults.append(f"{name}: the example is not {path.relative_to(root)}")
    return faults


def main() -> int:
    faults = []
    shown_on_bus = set()
    for page in sorted((root / "docs").glob("*.md")):
        faults += faults_of(page, shown_on_bus if page.name == "bus.md" else set())
    for golden in sorted(goldens.glob("*.json")):
        if golden.name not in shown_on_bus:
            faults.append(f"docs/bus.md: {golden.name} is not shown")
    for fault in faults:
        print(fault)
    print(f"{len(shown_on_bus)} examples, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
