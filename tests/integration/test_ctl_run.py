"""`rfc2217ctl run`: a program that has a slot for itself."""
import json
import signal
import socket
import sys

import pytest

from control import on_bus, on_portal
from rig import wait_until

# Says what it was given, connects as esptool would, and waits until the board has answered.
PROGRAM = """
import json, os, socket, sys
port = int(os.environ["RFC2217_PORT"])
with socket.create_connection(("127.0.0.1", port), timeout=60) as board:
    board.sendall(b"hello\\r")
    heard = b""
    while b"answer" not in heard:
        heard += board.recv(4096) or sys.exit("closed")
print(json.dumps({name: os.environ[name] for name in sys.argv[1:]}))
sys.exit(7)
"""
NAMES = ("ESPPORT", "MONITOR_PORT", "UPLOAD_PORT", "PLATFORMIO_UPLOAD_PORT", "RFC2217_URL")


@pytest.fixture(params=[on_bus, on_portal])
def ctl(stack, request):
    return request.param(stack)


def test_a_program_has_the_slot_its_url_and_its_log(ctl, boards, ports, folder):
    log = folder / "run.log"
    talk = ctl.talk("run", "A", "--log", log, "--", sys.executable, "-c", PROGRAM, *NAMES)
    try:
        boards["a"].hear(b"hello")
        boards["a"].say(b"the answer\r\n")
        code, said = talk.wait()
    finally:
        talk.close()
    assert code == 7, said
    given = json.loads(said.splitlines()[0])
    assert set(given.values()) == {f"rfc2217://127.0.0.1:{ports['A']}"}
    assert "[RX] the answer\n" in log.read_text()
    wait_until(lambda: ctl.json("ls")[0]["claim"] is None, "the slot to be free")


def test_it_waits_until_the_slot_is_free(ctl, ports, folder):
    with socket.create_connection(("127.0.0.1", ports["A"])) as other:
        wait_until(lambda: ctl.json("ls")[0]["client"], "the other to be told of")
        refused = ctl.run("run", "A", "--timeout", "0.1", "--", "true", cwd=folder)
        assert refused.returncode == 1
        assert "%s:%d" % other.getsockname() in refused.stderr
        talk = ctl.talk("run", "A", "--", "echo", "mine", cwd=folder)
    try:
        code, said = talk.wait()
    finally:
        talk.close()
    assert code == 0, said
    assert (folder / "rfc2217-A.log").exists(), said


def test_a_log_waits_for_a_logger_that_begins_again(stack, boards, folder):
    ctl, log = on_bus(stack), folder / "run.log"
    talk = ctl.talk("run", "A", "--log", log, "--", sys.executable, "-c", PROGRAM)
    try:
        boards["a"].hear(b"hello")
        assert stack.kill("loggerd", signal.SIGTERM) == 0
        boards["a"].say(b"the answer\r\n")
        talk.hear("waiting for the log: loggerd does not run")
        stack.start("loggerd")
        code, said = talk.wait()
    finally:
        talk.close()
    assert code == 7, said
    assert "[RX] the answer\n" in log.read_text()


@pytest.mark.parametrize("words, code", [(["sh", "-c", "exit 3"], 3), (["sh", "-c", "kill -9 $$"], 137),
                                         (["/nonexistent"], 127)])
def test_the_exit_code_is_that_of_a_shell(stack, folder, words, code):
    assert on_bus(stack).run("run", "A", "--", *words, cwd=folder).returncode == code
