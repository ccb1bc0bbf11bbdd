"""Consoles over /ws against the real daemons and simulated boards."""
import os
import random
import signal

import pytest
import serial
from clients import connect
from rig import SANITIZED, wait_until
from web_socket import Closed, Page


@pytest.fixture
def page(stack):
    with Page(stack.http) as made:
        made.hear("end")
        yield made


def test_scrollback_comes_first_and_then_what_is_new(stack, boards, page):
    boards["a"].say(b"before\r\n")
    wait_until(lambda: b"before" in stack.log_text(), "the board to be heard")
    page.follow("A")
    page.hear("following", slot="A")
    assert page.output("A") == b"before\r\n"
    boards["a"].say(b"after\r\n")
    page.see("A", b"after\r\n")
    assert page.output("A") == b"before\r\nafter\r\n"


def test_what_is_sent_to_the_board_is_shown_as_such(stack, boards, page):
    page.follow("A")
    page.hear("following")
    assert stack.post("/api/slots/A/write", {"text": "help\r"})[0] == 200
    page.see("A", b"help\r", "TX")
    assert page.output("A") == b""


def test_the_tail_is_as_long_as_was_asked_for(stack, boards, page):
    said = random.Random(1).randbytes(200_000)
    say_much(stack, boards["a"], said)
    page.follow("A", tail=100_000)
    page.hear("following")
    seen = page.output("A")
    assert 100_000 <= len(seen) <= 110_000
    assert said.endswith(seen)


def say_much(stack, board, said):
    """And wait until bridged has it all."""
    for at in range(0, len(said), 4096):
        board.say(said[at:at + 4096])
    label = board.path.name.upper()
    with Page(stack.http) as counter:
        counter.until(lambda p: any(m["type"] == "counters" and m["slots"][label]["rx_bytes"] >= len(said)
                                    for m in p.messages), "bridged to count it")


def test_nothing_is_missing_or_twice_when_a_page_comes_again(stack, boards, page):
    page.follow("A")
    page.hear("following")
    boards["a"].say(b"one;")
    page.see("A", b"one;")
    last = [m for m in page.messages if m["type"] == "output"][-1]
    page.socket.close()
    boards["a"].say(b"two;")
    with Page(stack.http) as again:
        again.follow("A", epoch=last["epoch"], after=last["seq"])
        boards["a"].say(b"three;")
        again.see("A", b"three;")
        assert again.output("A") == b"two;three;"


def test_it_goes_on_when_bridged_was_killed(stack, boards, page):
    page.follow("A")
    page.hear("following")
    boards["a"].say(b"before;")
    page.see("A", b"before;")
    stack.kill("bridged")
    stack.start("bridged")
    stack.wait_slot("A", running=True)
    boards["a"].say(b"after;")
    page.see("A", b"after;")
    assert page.output("A") == b"before;after;"
    assert not [m for m in page.messages if m["type"] in ("lost", "not_followed")]


def test_exactly_one_of_two_pages_and_a_pyserial_client_can_write(stack, boards, ports, page):
    """Seen by the bytes that the board got; portald killed in between changes nothing."""
    def write(owner, text):
        return stack.post("/api/slots/A/write", {"text": text, "owner": owner})[0]

    with Page(stack.http) as other:
        for one in (page, other):
            one.follow("A")
            one.hear("following")
        assert stack.post("/api/slots/A/claim", {"owner": "page-1", "ttl_s": 600})[0] == 200
        assert write("page-2", "no") == 409
        assert write("page-1", "1") == 200
        refused = connect(ports["A"])  # a client is told who has it, and sent away
        assert b"page-1" in refused.recv(4096)
        refused.close()

        stack.kill("portald")
        stack.start("portald")
        wait_until(lambda: stack.slot("A"), "the portal to be back")
        stack.wait_slot("A", running=True)
        assert write("page-2", "no") == 409
        assert write("page-1", "2") == 200

        assert stack.post("/api/slots/A/claim", {"owner": "page-2", "ttl_s": 600, "force": True})[0] == 200
        assert write("page-1", "no") == 409
        assert write("page-2", "3") == 200
        assert stack.post("/api/slots/A/release", {"owner": "page-2"})[0] == 200

        with serial.serial_for_url(f"rfc2217://127.0.0.1:{ports['A']}", timeout=20) as client:
            stack.wait_slot("A", state="in_use")
            assert write("page-1", "no") == write("page-2", "no") == 409
            client.write(b"4")
            assert boards["a"].take(4) == b"1234"
    assert boards["a"].drain() == b""


def test_a_stalled_page_holds_nobody_up_and_costs_no_memory(stack, boards, page):
    def resident():
        with open(f"/proc/{stack.running['portald'].pid}/status") as status:
            return int(next(line for line in status if line.startswith("VmRSS")).split()[1])

    page.follow("A")
    page.hear("following")
    with Page(stack.http, receive_buffer=4096) as stalled:
        stalled.follow("A")
        before = resident()
        said = b""
        for round_ in range(40):
            more = b"%04d" % round_ * 8192  # 32 KiB
            boards["a"].say(more)
            said += more
            page.until(lambda p: len(p.output("A")) >= len(said), "the other page to be sent it")
        assert page.output("A") == said
        assert SANITIZED or resident() < before + 16 * 1024
        assert stack.get("/healthz")["status"] == "ok"


def test_a_page_that_lagged_catches_up_or_is_told_what_it_lost(stack, boards, page):
    page.follow("A")
    page.hear("following")
    boards["a"].say(b"first;")
    page.see("A", b"first;")
    os.kill(stack.running["portald"].pid, signal.SIGSTOP)
    try:
        boards["a"].say(b"x" * 3 * 2**20)  # bridged reads it meanwhile
        boards["a"].say(b"the end")
    finally:
        os.kill(stack.running["portald"].pid, signal.SIGCONT)
    page.see("A", b"the end")
    lost = sum(m["bytes"] for m in page.messages if m["type"] == "lost")
    assert lost > 0
    assert lost + len(page.output("A")) == 3 * 2**20 + len(b"first;the end")


@pytest.mark.parametrize("hostile", [b"", b"[]", b"\xff\xfe", b'{"type":"follow"}', b'{"type":"follow","slot":["A"]}',
                                     b'{"type":"shutdown"}', b'{"type":"follow","slot":"' + b"A" * 5000 + b'"}',
                                     b"[" * 4000])
def test_what_is_not_understood_is_answered_with_an_error(stack, page, hostile):
    page.send_frame(1, hostile)
    page.hear("error")
    page.follow("A")
    page.hear("following")


def test_an_unknown_slot_is_not_followed(stack, page):
    page.follow("nowhere")
    assert "nowhere" in page.hear("not_followed", slot="nowhere")["error"]


def test_a_page_that_talks_too_much_is_closed_and_the_others_go_on(stack, boards, page):
    page.follow("A")
    page.hear("following")
    with Page(stack.http) as chatty:
        with pytest.raises((Closed, OSError)):
            while True:
                chatty.say(type="unfollow", slot="A")
                chatty.look()
    boards["a"].say(b"still here")
    page.see("A", b"still here")


def test_a_slot_that_is_taken_away_is_told(stack, page):
    page.follow("B")
    page.hear("following")
    slots = stack.slots_file.read_text()
    stack.slots_file.write_text(slots.replace('"label": "B"', '"label": "C"'))
    assert "B" in page.hear("not_followed", slot="B")["error"]
