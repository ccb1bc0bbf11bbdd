"""SET-BAUDRATE, -DATASIZE, -PARITY, -STOPSIZE: acknowledged with the value asked for, applied, read back."""
import pytest

from desk import IDLE_BAUD
from rig import wait_until
from telnet import BAUD, DATA_BITS, PARITY, SERVER, STOP_BITS, baud, baud_is, is_now, sub

RATES = [1, 50, 300, 9600, 74880, 115200, 128000, 250000, 460800, 921600, 1500000, 2000000, 3000000, 12_345_678,
         2**31 - 1]
# Each has a 255 among its four bytes, which is doubled both ways.
RATES_WITH_255 = [255, 65280, 65535, 0x00FFFF00, 0x00FF00FF, 0x01FF0100, 0x7FFFFFFF]


@pytest.mark.parametrize("rate", RATES)
def test_any_rate_is_acknowledged_and_at_the_tty_when_it_is(peer, outlet, rate):
    assert peer.ask(baud(rate)) == baud_is(rate)
    assert (outlet.line().baud, outlet.line().input_baud) == (rate, rate)
    assert peer.ask(baud(0)) == baud_is(rate)
    assert outlet.settings()["baud"] == rate


@pytest.mark.parametrize("rate", RATES_WITH_255)
def test_a_rate_with_a_255_in_it_is_doubled_both_ways(peer, outlet, rate):
    answer = baud_is(rate)
    assert answer.count(b"\xff") == 2 + 2 * rate.to_bytes(4, "big").count(b"\xff"), "the test itself is wrong"
    assert peer.ask(baud(rate)) == answer
    assert outlet.line().baud == rate


@pytest.mark.parametrize("rate", [2**31, 2**32 - 1])
def test_a_rate_that_no_tty_takes_is_answered_with_the_one_in_effect(peer, outlet, rate):
    assert peer.ask(baud(9600), baud(rate), baud(0)) == baud_is(9600) * 3
    assert outlet.line().baud == 9600


@pytest.mark.parametrize("bits", [5, 6, 7, 8])
def test_data_bits_are_acknowledged_and_held(peer, outlet, bits):
    """A pty is always 8N: what was asked for is held all the same."""
    assert peer.ask(sub(DATA_BITS, bits), sub(DATA_BITS, 0)) == is_now(DATA_BITS, bits) * 2
    assert outlet.settings()["data_bits"] == bits


@pytest.mark.parametrize("value, letter", enumerate("NOEMS", 1))
def test_parity_mark_and_space_included_is_acknowledged_and_held(peer, outlet, value, letter):
    assert peer.ask(sub(PARITY, value), sub(PARITY, 0)) == is_now(PARITY, value) * 2
    assert outlet.settings()["parity"] == letter


@pytest.mark.parametrize("value, text, bits", [(1, "1", 1), (2, "2", 2), (3, "1.5", 2)])
def test_stop_bits_are_acknowledged_and_at_the_tty(peer, outlet, value, text, bits):
    """termios knows one bit for "more than one"."""
    assert peer.ask(sub(STOP_BITS, value), sub(STOP_BITS, 0)) == is_now(STOP_BITS, value) * 2
    assert outlet.line().stop_bits == bits
    assert outlet.settings()["stop_bits"] == text


@pytest.mark.parametrize("code, good, bad", [
    (DATA_BITS, 7, [1, 2, 3, 4, 9, 16, 255]), (PARITY, 3, [6, 7, 128, 255]), (STOP_BITS, 2, [4, 5, 255])])
def test_a_value_that_is_none_is_answered_with_the_one_in_effect(peer, code, good, bad):
    requests = [sub(code, value) for value in (good, *bad)]
    assert peer.ask(*requests) == is_now(code, good) * len(requests)


def test_queries_change_nothing_and_say_what_is_in_effect(peer, outlet):
    place = outlet.place()
    queries = [baud(0), sub(DATA_BITS, 0), sub(PARITY, 0), sub(STOP_BITS, 0)]
    assert peer.ask(*queries * 3) == \
        (baud_is(IDLE_BAUD) + is_now(DATA_BITS, 8) + is_now(PARITY, 1) + is_now(STOP_BITS, 1)) * 3
    assert outlet.infos_since(place) == []


def test_a_change_is_said_in_words_once_and_a_repetition_never(peer, outlet):
    place = outlet.place()
    settings = [baud(57600), sub(DATA_BITS, 7), sub(PARITY, 4), sub(STOP_BITS, 2)]
    peer.ask(*settings * 20)
    assert outlet.infos_since(place) == [
        "Baudrate changed to 57600", "Data size changed to 7", "Parity changed to M", "Stop bits changed to 2"]


def test_settings_are_independent_of_each_other(peer, outlet):
    assert peer.ask(sub(PARITY, 3), sub(STOP_BITS, 2), sub(DATA_BITS, 7), baud(74880),
                    sub(PARITY, 0), sub(STOP_BITS, 0), sub(DATA_BITS, 0), baud(0)) == \
        (is_now(PARITY, 3) + is_now(STOP_BITS, 2) + is_now(DATA_BITS, 7) + baud_is(74880)) * 2
    settings = outlet.settings()
    assert (settings["baud"], settings["data_bits"], settings["parity"], settings["stop_bits"]) == (74880, 7, "E", "2")


def test_the_next_client_finds_the_slots_own_settings(outlet):
    with outlet.peer() as first:
        first.ask(baud(9600), sub(PARITY, 2), sub(STOP_BITS, 2), sub(DATA_BITS, 7))
        assert outlet.line().baud == 9600
    with outlet.peer() as second:
        assert second.ask(baud(0), sub(DATA_BITS, 0), sub(PARITY, 0), sub(STOP_BITS, 0)) == \
            baud_is(IDLE_BAUD) + is_now(DATA_BITS, 8) + is_now(PARITY, 1) + is_now(STOP_BITS, 1)
        wait_until(lambda: (outlet.line().baud, outlet.line().stop_bits) == (IDLE_BAUD, 1), "the tty to follow")


def test_a_body_of_a_wrong_length_is_ignored_and_the_connection_goes_on(peer, outlet):
    wrong = [sub(BAUD, b""), sub(BAUD, b"\x25\x80"), sub(BAUD, b"\0\0\x25\x80\0"), sub(BAUD, 5),
             *(sub(code, body) for code in (DATA_BITS, PARITY, STOP_BITS) for body in (b"", b"\2\2", b"\0\0\0\2")),
             sub(b"")]
    assert peer.ask(*wrong, baud(0)) == baud_is(IDLE_BAUD)
    settings = outlet.settings()
    assert (settings["data_bits"], settings["parity"], settings["stop_bits"]) == (8, "N", "1")


def test_commands_that_nobody_defined_are_ignored_and_the_connection_goes_on(peer, outlet, board):
    strange = [sub(code, value) for code in (*range(13, 128), 200, 255) for value in (b"", b"\1", b"\0\0\x25\x80")]
    assert peer.ask(*strange, baud(0)) == baud_is(IDLE_BAUD)
    peer.send(b"on")
    assert board.hear(b"on") == b"on"
    assert outlet.line().baud == IDLE_BAUD


def test_a_servers_own_answers_sent_by_a_client_are_ignored(peer):
    assert peer.ask(*(sub(SERVER + code, 1) for code in range(13)), baud_is(9600), baud(0)) == baud_is(IDLE_BAUD)
