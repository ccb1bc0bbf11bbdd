"""SET-CONTROL, the masks, modem and line state, PURGE-DATA, SIGNATURE: each answered once, with what holds."""
import pytest

from telnet import (CONTROL, LINE_MASK, LINE_STATE, MODEM_MASK, MODEM_STATE, PURGE, RESUME, SERVER, SIGNATURE, SUSPEND,
                    Peer, baud, baud_is, is_now, sub, tokens)

QUERY_FLOW, NO_FLOW, XON_XOFF, HARDWARE, QUERY_BREAK, BREAK_ON, BREAK_OFF = range(7)
QUERY_DTR, DTR_ON, DTR_OFF, QUERY_RTS, RTS_ON, RTS_OFF = range(7, 13)
QUERY_INBOUND, INBOUND_NONE, INBOUND_XON_XOFF, INBOUND_HARDWARE, FLOW_DCD, INBOUND_DTR, FLOW_DSR = range(13, 20)


def control(*values):
    return b"".join(sub(CONTROL, value) for value in values)


def controls_are(*values):
    return b"".join(is_now(CONTROL, value) for value in values)


@pytest.mark.parametrize("outbound, inbound, flow", [
    (NO_FLOW, INBOUND_NONE, "none"), (XON_XOFF, INBOUND_XON_XOFF, "xonxoff"), (HARDWARE, INBOUND_HARDWARE, "hardware")])
def test_flow_control_is_acknowledged_at_the_tty_and_read_back(peer, outlet, outbound, inbound, flow):
    assert peer.ask(control(outbound, QUERY_FLOW, QUERY_INBOUND)) == controls_are(outbound, outbound, inbound)
    assert outlet.line().flow == flow
    assert outlet.settings()["flow"] == flow
    assert peer.ask(control(NO_FLOW, inbound, QUERY_FLOW, QUERY_INBOUND)) == \
        controls_are(NO_FLOW, inbound, outbound, inbound)
    assert outlet.line().flow == flow


def test_flow_control_that_linux_has_not_is_answered_with_the_one_in_effect(peer):
    assert peer.ask(control(HARDWARE, FLOW_DCD, FLOW_DSR, INBOUND_DTR)) == \
        controls_are(HARDWARE, HARDWARE, HARDWARE, INBOUND_HARDWARE)


@pytest.mark.parametrize("query, on, off, line", [
    (QUERY_DTR, DTR_ON, DTR_OFF, "dtr"), (QUERY_RTS, RTS_ON, RTS_OFF, "rts")])
def test_a_line_is_acknowledged_and_held_on_a_tty_that_has_none(peer, outlet, query, on, off, line):
    for value in (off, on, on, off):
        assert peer.ask(control(value, query)) == controls_are(value, value)
        assert outlet.slot()["lines"][line] == (value == on)


def test_the_lines_do_not_disturb_each_other(peer):
    assert peer.ask(control(DTR_ON, RTS_OFF, QUERY_DTR, QUERY_RTS, RTS_ON, DTR_OFF, QUERY_DTR, QUERY_RTS)) == \
        controls_are(DTR_ON, RTS_OFF, DTR_ON, RTS_OFF, RTS_ON, DTR_OFF, DTR_OFF, RTS_ON)


def test_break_is_acknowledged_held_and_ends_with_the_client(outlet):
    place = outlet.place()
    with outlet.peer() as peer:
        assert peer.ask(control(QUERY_BREAK, BREAK_ON, QUERY_BREAK, BREAK_OFF, QUERY_BREAK)) == \
            controls_are(BREAK_OFF, BREAK_ON, BREAK_ON, BREAK_OFF, BREAK_OFF)
        peer.ask(control(BREAK_ON))
    outlet.wait_info(place, "Client disconnected")
    with outlet.peer() as peer:
        assert peer.ask(control(QUERY_BREAK)) == controls_are(BREAK_OFF)
    breaks = [info for info in outlet.infos_since(place) if info.startswith("Break")]
    assert breaks == ["Break ON", "Break OFF"] * 2


def test_a_line_that_is_changed_is_said_in_words_once(peer, outlet):
    peer.ask(control(DTR_OFF, RTS_OFF))
    place = outlet.place()
    peer.ask(control(*[DTR_ON, RTS_ON] * 10, *[HARDWARE] * 10))
    assert outlet.infos_since(place) == ["DTR ON", "RTS ON", "Flow control changed to hardware"]


def test_control_values_of_no_rfc_and_wrong_lengths_change_nothing(peer, outlet):
    before = outlet.slot()
    strange = [sub(CONTROL, value) for value in (20, 21, 127, 128, 255)]
    lengths = [sub(CONTROL), sub(CONTROL, 8, 8), sub(CONTROL, b"\0\0\0\1")]
    answers = tokens(peer.ask(*strange, *lengths, baud(0)))
    assert answers.pop() == baud_is(before["settings"]["baud"])
    assert len(answers) <= len(strange), "one answer each at most"
    assert (outlet.slot()["lines"], outlet.slot()["settings"]) == (before["lines"], before["settings"])


@pytest.mark.parametrize("code", [LINE_MASK, MODEM_MASK])
@pytest.mark.parametrize("mask", [0, 1, 16, 128, 240, 254, 255])
def test_a_mask_is_acknowledged_as_it_was_set_a_255_doubled(peer, code, mask):
    assert peer.ask(sub(code, mask)) == is_now(code, mask)


def test_masks_of_a_wrong_length_are_ignored(peer):
    assert peer.ask(*(sub(code, body) for code in (LINE_MASK, MODEM_MASK) for body in (b"", b"\1\1"))) == b""


def test_the_modem_state_is_told_once_at_the_agreement_and_when_polled(outlet):
    """A pty has no inputs: all are off."""
    with Peer(outlet.port) as peer:
        peer.agree()  # has it exactly once
        assert peer.ask() == b""
        assert peer.ask(sub(MODEM_STATE)) == is_now(MODEM_STATE, 0)
        assert peer.ask(*[sub(MODEM_STATE)] * 30) == is_now(MODEM_STATE, 0) * 30


def test_a_poll_is_answered_whatever_the_mask(peer):
    assert peer.ask(sub(MODEM_MASK, 0), sub(MODEM_STATE)) == is_now(MODEM_MASK, 0) + is_now(MODEM_STATE, 0)


def test_the_line_state_is_not_told_unasked(peer, board):
    board.say(b"data, which sets bits of a line state\n")
    peer.expect(b"data, which sets bits of a line state\n")
    assert peer.ask() == b""


def test_a_line_state_mask_on_a_tty_that_counts_nothing_costs_no_data(peer, board):
    assert peer.ask(sub(LINE_MASK, 0x1E)) == is_now(LINE_MASK, 0x1E)
    board.say(b"through")
    peer.expect(b"through")
    assert peer.ask(sub(LINE_STATE)) in (b"", is_now(LINE_STATE, 0))
    assert peer.ask(sub(LINE_MASK, 0)) == is_now(LINE_MASK, 0)


@pytest.mark.parametrize("value", [1, 2, 3])
def test_a_purge_is_acknowledged_once(peer, value):
    assert peer.ask(sub(PURGE, value)) == is_now(PURGE, value)
    assert peer.ask(*[sub(PURGE, value)] * 20) == is_now(PURGE, value) * 20


def test_a_purge_of_nothing_known_purges_nothing(peer, outlet, board):
    said_before = outlet.counters()["rx_bytes"]
    peer.ask(sub(SUSPEND))
    board.say(b"kept")
    outlet.wait_read(said_before + 4)
    answers = tokens(peer.ask(*(sub(PURGE, value) for value in (0, 4, 7, 255)), sub(PURGE), sub(PURGE, 1, 1)))
    assert len(answers) <= 4 and set(answers) <= {is_now(PURGE, value) for value in (0, 4, 7, 255)}
    peer.send(sub(RESUME))
    peer.expect(b"kept")


@pytest.mark.parametrize("value, kept", [(1, False), (2, True), (3, False)])
def test_a_purge_of_what_was_received_drops_what_is_queued_for_the_client(peer, outlet, board, value, kept):
    said_before = outlet.counters()["rx_bytes"]
    peer.ask(sub(SUSPEND))
    board.say(b"old")
    outlet.wait_read(said_before + 3)
    assert peer.ask(sub(PURGE, value)) == is_now(PURGE, value)
    board.say(b"new")
    outlet.wait_read(said_before + 6)
    peer.send(sub(RESUME))
    peer.expect(b"oldnew" if kept else b"new")
    assert peer.ask() == b""


@pytest.mark.parametrize("value, kept", [(1, True), (2, False), (3, False)])
def test_a_purge_of_what_is_to_be_sent_drops_what_the_tty_has_not_taken(peer, board, value, kept):
    sent = b"x" * 48 * 1024  # more than a pty takes, less than what stops us from hearing commands
    peer.send(sent)
    peer.send(sub(PURGE, value))
    assert is_now(PURGE, value) in tokens(peer.ask())
    peer.send(b"END")
    heard = board.hear(b"END")
    assert heard.strip(b"x") == b"END"
    assert (len(heard) == len(sent) + 3) == kept


def test_an_empty_signature_asks_for_ours(peer, outlet):
    answers = tokens(peer.ask(sub(SIGNATURE), sub(SIGNATURE)))
    assert len(answers) == 2 and answers[0] == answers[1]
    assert answers[0].startswith(sub(SERVER + SIGNATURE)[:4]) and answers[0].endswith(b"\xff\xf0")
    text = answers[0][4:-2].decode()
    assert "rfc2217" in text and outlet.slot()["label"] in text and text.isprintable()


def test_a_signature_of_theirs_is_not_answered(peer):
    assert peer.ask(sub(SIGNATURE, b"me 1.0"), sub(SIGNATURE, b"\xff\x00\xff"), sub(SIGNATURE, b"x" * 255)) == b""
