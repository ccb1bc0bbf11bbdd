"""Runs the README's snippets against scripts/run, with its ports and paths put in place of the defaults."""
import re
import select
import subprocess
import time

import pytest

from rig import PATIENCE, TOP
from run_script import Run

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
def served(module_folder):
    run = Run(module_folder)
    try:
        yield run.wait_ready()
    finally:
        run.process.terminate()
        run.process.wait(PATIENCE)
        run.out.close()


def read_until(process, texts):
    """Fails when the process ends, or falls silent, before its output has them all."""
    output, deadline = "", time.monotonic() + PATIENCE
    while not all(text in output for text in texts):
        ready, _, _ = select.select([process.stdout], [], [], max(0, deadline - time.monotonic()))
        assert ready, f"waited {PATIENCE} s in vain for {texts}:\n{output}"
        more = process.stdout.read(65536)
        assert more, f"ended without {texts}:\n{output}"
        output += more.decode(errors="replace")


@pytest.mark.parametrize("word", EXPECTED)
def test_the_readmes_snippet_runs(served, word):
    [(kind, code)] = [(k, c) for k, c in SNIPPETS if word in c]
    for default, here in (("4001", str(served.ports[0])), (":8080", f":{served.http}"),
                          ("var/run", f"{served.folder}/run")):
        code = code.replace(default, here)
    command = ["/usr/bin/python3", "-u", "-c", code] if kind == "python" else ["sh", "-euc", code]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)
    try:
        read_until(process, EXPECTED[word])
    finally:
        process.kill()
        process.wait(PATIENCE)
        process.stdout.close()
