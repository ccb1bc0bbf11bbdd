"""`rfc2217ctl` with real daemons and boards on ptys: each command over the bus and over the portal."""
import contextlib
import datetime
import json
import os
import pwd
import re
import select
import socket

import pytest

from control import Control, on_bus, on_portal
from rig import PATIENCE, free_port, wait_until
from tools import CTL, run


@pytest.fixture(params=[on_bus, on_portal])
def ctl(stack, request):
    return request.param(stack)


def slot(ctl, label="A"):
    return next(one for one in ctl.json("ls") if one["label"] == label)


@contextlib.contextmanager
def client(ctl, port):
    """Somebody who has slot A."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        wait_until(lambda: slot(ctl)["client"], "the client to be told of")
        yield connection


def logged(ctl, boards, text):
    """A line of board A that has reached the log."""
    boards["a"].say(f"{text}\r\n".encode())
    wait_until(lambda: text in ctl.run("tail", "A").stdout, f"{text} in the log")


def test_ls_shows_each_slot_with_port_state_and_tty(ctl, ports, boards):
    assert [one["label"] for one in ctl.json("ls")] == ["A", "B"]
    said = ctl.run("ls")
    assert said.returncode == 0
    heading, first, _ = said.stdout.splitlines()
    assert heading.split() == ["SLOT", "PORT", "STATE", "HELD", "BY", "DEVICE"]
    assert first.split() == ["A", str(ports["A"]), "idle", str(boards["a"].path)]
    assert "\x1b" not in said.stdout  # no colours in a pipe


def test_watch_shows_what_changes(ctl):
    talk = ctl.talk("watch")
    try:
        talk.hear("idle")
        assert ctl.run("stop", "A").returncode == 0
        talk.hear("stopped")
    finally:
        talk.close()


def test_ls_names_who_has_a_slot(ctl, ports):
    with client(ctl, ports["A"]) as connection:
        assert "%s:%d" % connection.getsockname() in ctl.run("ls").stdout


def test_stop_closes_the_port_and_start_opens_it(ctl, ports):
    assert ctl.json("stop", "A")["state"] == "stopped"
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", ports["A"]), timeout=PATIENCE)
    assert ctl.run("start", "A").stdout == "A: start done, it is idle\n"
    socket.create_connection(("127.0.0.1", ports["A"]), timeout=PATIENCE).close()


def test_kick_sends_a_client_away(ctl, ports):
    with client(ctl, ports["A"]) as connection:
        assert ctl.run("kick", "A").returncode == 0
        wait_until(lambda: connection.recv(4096) == b"", "the end of the connection")


def test_a_reset_of_somebodys_slot_names_them_and_is_done_by_force(ctl, ports):
    assert ctl.run("reset", "A").returncode == 0
    with client(ctl, ports["A"]) as connection:
        refused = ctl.run("reset", "A")
        assert refused.returncode == 1
        assert "%s:%d" % connection.getsockname() in refused.stderr
        assert ctl.run("reset", "A", "--force").returncode == 0


def test_a_slot_that_there_is_not_is_2_and_a_board_without_bootloader_1(ctl):
    said = ctl.run("stop", "Nobody")
    assert (said.returncode, said.stdout) == (2, "")
    assert "Nobody" in said.stderr
    said = ctl.run("bootloader", "A")  # a pty has the profile plain
    assert said.returncode == 1 and said.stderr.count("\n") == 1


def test_assign_gives_a_tty_its_slot_and_unassign_takes_it(ctl, stack):
    port = free_port()
    tty = "/dev/rfc2217-test"  # never there: it is only written down
    said = ctl.run("assign", tty, "--label", "Scope", "--port", port, "--baud", "9600")
    assert (said.returncode, said.stdout) == (0, f"Scope is on port {port}\n"), said
    assert slot(ctl, "Scope")["settings"]["baud"] == 9600
    written = next(one for one in json.loads(stack.slots_file.read_text())["slots"] if one["label"] == "Scope")
    assert written == {"label": "Scope", "devnode": tty, "tcp_port": port, "baud": 9600}
    assert ctl.run("assign", tty, "--port", "80").returncode == 1
    assert ctl.run("unassign", "Scope").returncode == 0
    assert "Scope" not in ctl.run("ls").stdout


def test_tail_shows_the_last_lines_of_the_log(ctl, boards):
    for number in range(5):
        logged(ctl, boards, f"tick {number}")
    code, lines = ctl.lines("tail", "A", "-n", "2")
    assert code == 0
    assert [(one["direction"], one["text"]) for one in lines] == [("RX", "tick 3"), ("RX", "tick 4")]
    assert "tick 0" in ctl.run("tail", "A", "--since", "10m").stdout
    assert "tick" not in ctl.run("tail", "A", "--since", "2099-01-01").stdout


def test_tail_f_goes_on_with_what_comes(ctl, boards):
    logged(ctl, boards, "before")
    talk = ctl.talk("tail", "A", "-f")
    try:
        talk.hear("before")
        boards["a"].say(b"after\r\nand on\r\n")
        talk.hear("[RX] after\n", "[RX] and on\n")
    finally:
        talk.close()


def test_tail_f_goes_on_in_the_next_days_file(ctl, stack, boards):
    logged(ctl, boards, "before midnight")
    [name] = [one for one in stack.log_parts() if b"before midnight" in stack.part_text(one)]
    talk = ctl.talk("tail", "A", "-f")
    try:
        talk.hear("before midnight")
        board, day = name.removesuffix(".log").rsplit("_", 1)
        next_day = datetime.date.fromisoformat(day) + datetime.timedelta(days=1)
        (stack.logs / f"{board}_{next_day}.log").write_text(f"[{next_day} 00:00:00.001] [RX] after midnight\n")
        talk.hear("[RX] after midnight\n")
    finally:
        talk.close()


def test_tail_f_since_a_time_shows_each_line_once(ctl, boards):
    logged(ctl, boards, "first")
    talk = ctl.talk("tail", "A", "--since", "10m", "-f")
    try:
        talk.hear("[RX] first\n")
        boards["a"].say(b"second\r\n")
        said = talk.hear("[RX] second\n")
        boards["a"].say(b"third\r\n")
        assert "[RX] first" not in said + talk.hear("[RX] third\n")
    finally:
        talk.close()


def test_log_search_finds_lines_and_is_1_when_there_is_none(ctl, boards):
    logged(ctl, boards, "wifi: up")
    logged(ctl, boards, "wifi: disconnected, reason 8")
    code, found = ctl.lines("log", "search", "WIFI:.*disc", "-i", "-C", "1", "--slot", "A")
    assert code == 0
    [match] = found
    assert (match["slot"], match["text"]) == ("A", "wifi: disconnected, reason 8")
    assert "wifi: up" in match["before"][-1]
    assert ctl.run("log", "search", "nothing of the kind").returncode == 1
    assert ctl.run("log", "search", "(").returncode in (1, 2)


def test_what_is_asked_over_the_bus_leaves_a_line_for_the_audit(stack):
    ctl = on_bus(stack)
    ctl.run("stop", "A")
    ctl.run("reset", "A", "--owner", "ann")
    said = stack.said("bridged")
    me = pwd.getpwuid(os.getuid()).pw_name
    assert re.search(rf"audit: user {me}, process \d+: slot.stop A: ok\n", said)
    assert re.search(rf"audit: user {me}, process \d+ \(ann\): serial.reset A: \w+: ", said)


def test_events_tell_what_happens(ctl, ports):
    talk, program = ctl.talk("events"), ctl.talk("--json", "events")
    try:
        for number in range(PATIENCE * 10):  # until both listen
            ctl.run("stop" if number % 2 == 0 else "start", "A")
            if all(one.heard or _more(one) for one in (talk, program)):
                break
        talk.hear(" A ")
        told = json.loads(program.hear("\n").splitlines()[0])
        assert told["event"] == "slot.changed" and told["slot"] == "A"
        assert told["body"]["tcp_port"] == ports["A"]
    finally:
        talk.close()
        program.close()


def _more(talk):
    return select.select([talk.out], [], [], 0.05)[0]


def test_wait_ends_with_the_line_that_matches(ctl, boards):
    talk = ctl.talk("wait", "A", "rea[d]y: \\d+", "--timeout", PATIENCE)
    try:
        while talk.process.poll() is None:
            boards["a"].say(b"I (312) app: ready: 7\r\nmore\r\n")
            with contextlib.suppress(Exception):
                talk.process.wait(0.2)
        assert talk.wait() == (0, "I (312) app: ready: 7\n")
    finally:
        talk.close()


def test_wait_finds_the_prompt_at_which_a_board_stands(ctl, boards, stack):
    boards["a"].say(b"boot\r\nlogin: ")
    wait_until(lambda: "login: " in Control(stack).run("tail", "A").stdout, "the prompt in the log")
    assert ctl.run("wait", "A", "^login: $", "--timeout", PATIENCE).returncode == 0


def test_wait_is_1_when_its_time_is_up_and_2_for_a_wrong_pattern(ctl):
    said = ctl.run("--json", "wait", "A", "never said", "--timeout", "0.1")
    assert said.returncode == 1
    assert json.loads(said.stdout) == {"matched": False, "line": None}
    said = ctl.run("wait", "A", "(")
    assert said.returncode == 2 and "missing )" in said.stderr


def test_nobody_there_is_3(folder):
    assert run(CTL, "--runtime-dir", folder, "ls").returncode == 3
    assert run(CTL, "--host", f"127.0.0.1:{free_port()}", "ls").returncode == 3


TOKEN = "0123456789abcdef0123"


def test_a_token_comes_from_a_file_or_the_environment(make_stack, folder):
    tokens = folder / "tokens"
    tokens.write_text(f"ann operate {TOKEN}\n")
    tokens.chmod(0o600)
    stack = make_stack({"access": {"tokens_file": str(tokens)}})
    stack.start()
    ctl = on_portal(stack)
    refused = ctl.run("ls")
    assert refused.returncode == 1 and "token" in refused.stderr
    mine = folder / "mine"
    mine.write_text(TOKEN + "\n")
    assert ctl.run("ls", "--token-file", mine).returncode == 0
    for environment in ({"RFC2217_TOKEN": TOKEN}, {"RFC2217_TOKEN_FILE": str(mine)}):
        assert ctl.run("ls", env=environment).returncode == 0
