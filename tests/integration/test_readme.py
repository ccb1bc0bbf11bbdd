"""Runs the README's snippets against scripts/run, with its ports and paths put in place of the defaults."""
import pathlib
import re
import subprocess
import tempfile

import pytest

from rig import PATIENCE, TOP
from test_run_script import Run

BLOCK = re.compile(r"(<!-- not run: [^\n]+ -->\n)?```(sh|python)\n(.*?)```", re.DOTALL)
SNIPPETS = [(kind, code) for excuse, kind, code in BLOCK.findall((TOP / "README.md").read_text()) if not excuse]
EXPECTED = {  # what a snippet's output must have, by a word of the snippet
    "serial_for_url": ["rst:0xc (SW_CPU_RESET)", "is up", "echo: hello"],
    "api/devices": ['"SIM-A"', '"SIM-B"', '"slots_running"'],
    "socat": ["echo: version"],
    "zmq": ["main: tick"],
}


def test_each_expectation_has_its_snippet():
    assert len(SNIPPETS) == len(EXPECTED)


@pytest.fixture(scope="module")
def served():
    run = Run(pathlib.Path(tempfile.mkdtemp(prefix="rfc2217-"))).wait_ready()
    yield run
    run.process.terminate()
    run.process.wait(PATIENCE)


@pytest.mark.parametrize("word", EXPECTED)
def test_the_readmes_snippet_runs(served, word):
    [(kind, code)] = [(k, c) for k, c in SNIPPETS if word in c]
    for default, here in (("4001", str(served.ports[0])), (":8080", f":{served.http}"),
                          ("var/run", f"{served.folder}/run")):
        code = code.replace(default, here)
    command = ["/usr/bin/python3", "-u", "-c", code] if kind == "python" else ["sh", "-euc", code]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output = ""
    try:
        while not all(text in output for text in EXPECTED[word]):
            line = process.stdout.readline()  # pytest's own timeout is ctest's
            assert line, f"ended without {EXPECTED[word]}:\n{output}"
            output += line
    finally:
        process.kill()
        process.wait(PATIENCE)
