"""`rfc2217ctl console` on a terminal, with a real bridged and a board on a pty."""
import os
import pty
import signal
import socket
import termios

import pytest

from control import Control, on_portal
from rig import PATIENCE, wait_until
from tools import Talk

QUIT, PREFIX = b"\x1d", b"\x14"


class Terminal:
    """Somebody in front of a console."""

    def __init__(self, ctl, *words):
        self.end, self.tty = pty.openpty()
        self.before = termios.tcgetattr(self.tty)
        self.talk = Talk(*ctl.words("console", *words), stdin=self.tty, stdout=self.tty)
        self.talk.out = self.end

    def type(self, keys):
        os.write(self.end, keys)

    def is_as_before(self):
        return termios.tcgetattr(self.tty) == self.before

    def close(self):
        self.talk.close()
        os.close(self.end)
        os.close(self.tty)


@pytest.fixture
def ctl(make_stack):
    stack = make_stack()
    stack.start("hotplugd", "bridged")
    made = Control(stack)
    wait_until(lambda: all(one["state"] == "idle" for one in made.json("ls")), "the slots to be idle")
    return made


@pytest.fixture
def sit(ctl):
    made = []

    def sit_down(*words):
        made.append(Terminal(ctl, *words))
        made[-1].talk.hear("Ctrl-] quit")
        return made[-1]

    yield sit_down
    for one in made:
        one.close()


def test_what_the_board_says_is_shown_and_what_is_typed_reaches_it(sit, boards):
    boards["a"].say(b"booted\r\n$ ")
    console = sit("A")
    console.talk.hear("booted\r\n$ ")
    console.type(b"help\r")
    boards["a"].hear(b"help\r")
    boards["a"].say(b"no help\r\n")
    console.talk.hear("no help\r\n")
    console.type(QUIT)
    assert console.talk.process.wait(PATIENCE) == 0
    assert console.is_as_before()


def test_from_another_machine_it_is_a_client_of_the_port(stack, boards):
    there = on_portal(stack)
    console = Terminal(there, "A")
    try:
        console.talk.hear("Ctrl-] quit")
        wait_until(lambda: stack.slot("A")["client"], "the connection")
        boards["a"].say(b"$ ")
        console.talk.hear("$ ")
        console.type(b"help\r")
        boards["a"].hear(b"help\r")
        console.type(PREFIX + b"r")
        wait_until(lambda: b"[INFO] Reset" in stack.log_text(), "the reset")
        before = stack.slot("A")["client"]["address"]
        stack.kill("bridged")
        console.talk.hear("---")
        stack.start("bridged")
        wait_until(lambda: (now := stack.slot("A")["client"]) and now["address"] != before, "the connection to be there again")
        boards["a"].say(b"back\r\n")
        console.talk.hear("back\r\n")
        console.type(QUIT)
        assert console.talk.process.wait(PATIENCE) == 0
        wait_until(lambda: not stack.slot("A")["client"] and not stack.slot("A")["claim"], "the slot to be free")
    finally:
        console.close()
    assert there.run("console", "A", "--read-only").returncode == 2


def test_the_slot_is_claimed_meanwhile_and_free_afterwards(sit, ctl):
    console = sit("A")
    claim = ctl.json("ls")[0]["claim"]
    assert f"rfc2217ctl {console.talk.process.pid}" in claim["owner"]
    second = ctl.run("console", "A")
    assert second.returncode == 1
    assert claim["owner"] in second.stderr
    console.type(PREFIX + b"q")
    assert console.talk.process.wait(PATIENCE) == 0
    assert ctl.json("ls")[0]["claim"] is None


def test_force_sends_a_client_away(sit, ctl, ports):
    with socket.create_connection(("127.0.0.1", ports["A"]), timeout=PATIENCE) as client:
        wait_until(lambda: ctl.json("ls")[0]["client"], "the client to be told of")
        refused = ctl.run("console", "A")
        assert refused.returncode == 1 and "%s:%d" % client.getsockname() in refused.stderr
        sit("A", "--force")
        wait_until(lambda: client.recv(4096) == b"", "the end of the connection")


def test_one_that_only_reads_claims_and_writes_nothing(sit, ctl, boards):
    console = sit("A", "--read-only")
    assert ctl.json("ls")[0]["claim"] is None
    console.type(b"typed" + PREFIX + b"r")
    console.talk.hear("only reads")
    boards["a"].say(b"and shown\r\n")
    console.talk.hear("and shown")
    assert boards["a"].drain() == b""


def test_keys_reset_and_help_and_a_board_without_a_bootloader_is_said(sit):
    console = sit("A")
    console.type(PREFIX + b"h")
    console.talk.hear("Ctrl-T r reset")
    console.type(PREFIX + b"b")
    console.talk.hear("---", "bootloader")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_the_terminal_as_it_was(sit, ctl, how):
    console = sit("A")
    wait_until(lambda: not console.is_as_before(), "a raw terminal")
    console.talk.process.send_signal(how)
    console.talk.process.wait(PATIENCE)
    assert console.is_as_before()
    assert ctl.json("ls")[0]["claim"] is None
