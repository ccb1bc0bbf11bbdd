"""The parser: 8-bit clean without BINARY, IACs, any segmentation, and subnegotiations that do not end."""
import random

import pytest

import clients
from desk import IDLE_BAUD
from telnet import (AYT, BAUD, CONTROL, DATA_BITS, DO, ECHO, HERE, IAC, MODEM_MASK, MODEM_STATE, PARITY, SGA, SIGNATURE,
                    STOP_BITS, WILL, WONT, baud, baud_is, command, is_now, say, sub, tokens)

EVERY_BYTE = bytes(range(256))
TEXTS = [b"\r\0", b"\r\n", b"\n\r", b"\r", b"\n", b"\0", b"\0\0\0", b"\r\r\0\0\r\n", b"\x11\x13", b"\x03\x04\x1a\x7f",
         EVERY_BYTE, EVERY_BYTE[::-1], b"\xff", b"\xff\xff", b"\xff\xf0\xff\xfa\x2c", b"\xff" * 99]

# Everything that a client may say, with the data it holds and the answers it gets.
SAID = [b"plain\r\0", say(DO, SGA), b"\xff\xff", baud(255), b"between", sub(MODEM_MASK, 255), say(WILL, 24),
        b"\0\xff\xff\xff\xff\n", sub(SIGNATURE, b"me\xff"), command(241), sub(DATA_BITS, 7), sub(200, b"\xff\xff\xff"),
        sub(PARITY, 5), say(WONT, ECHO), baud(0xFFFFFFFF), sub(STOP_BITS, 2), sub(CONTROL, 8), b"end\r\n"]
DATA = b"plain\r\0" + b"\xff" + b"between" + b"\0\xff\xff\n" + b"end\r\n"
ANSWERS = (say(WILL, SGA) + baud_is(255) + is_now(MODEM_MASK, 255) + say(254, 24) + is_now(DATA_BITS, 7) +
           is_now(PARITY, 5) + baud_is(255) + is_now(STOP_BITS, 2) + is_now(CONTROL, 8))


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:8].hex())
def test_bytes_pass_untouched_both_ways_without_binary(peer, board, text):
    peer.send(clients.telnet_encode(text), b"<end>")
    assert board.hear(b"<end>") == text + b"<end>"
    board.say(text)
    peer.expect(clients.telnet_encode(text))
    assert peer.ask() == b""


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:8].hex())
def test_bytes_pass_untouched_both_ways_with_binary(peer, board, text):
    assert peer.ask(say(DO, 0), say(WILL, 0)) == say(WILL, 0) + say(DO, 0)
    peer.send(clients.telnet_encode(text), b"<end>")
    assert board.hear(b"<end>") == text + b"<end>"
    board.say(text)
    peer.expect(clients.telnet_encode(text))


def test_all_of_it_in_one_piece(peer, board):
    assert peer.ask(*SAID) == ANSWERS
    assert board.take(len(DATA)) == DATA


def test_all_of_it_byte_by_byte(peer, board):
    for byte in b"".join(SAID):
        peer.send(bytes([byte]))
    assert peer.ask() == ANSWERS
    assert board.take(len(DATA)) == DATA


@pytest.mark.parametrize("seed", range(5))
def test_all_of_it_in_pieces_of_any_size(peer, board, seed):
    chance, rest = random.Random(seed), b"".join(SAID)
    while rest:
        size = chance.randrange(1, 9)
        peer.send(rest[:size])
        rest = rest[size:]
    assert peer.ask() == ANSWERS
    assert board.take(len(DATA)) == DATA


def test_a_word_cut_anywhere_is_the_same_word(peer, board):
    """The first part is read alone for certain: it comes with an AYT, whose answer is waited for."""
    for word, answer, data in [
            (baud(0x00FF00FF), baud_is(0x00FF00FF), b""), (sub(MODEM_MASK, 255), is_now(MODEM_MASK, 255), b""),
            (say(WILL, 99), say(254, 99), b""), (command(AYT), HERE, b""), (b"x\xff\xffy\xff\xff", b"", b"x\xffy\xff"),
            (sub(SIGNATURE, b"\xff\xff"), b"", b""), (sub(1, 2, option=24) + b"z", b"", b"z")]:
        for cut in range(1, len(word)):
            peer.send(command(AYT), word[:cut])
            peer.expect(HERE)
            peer.send(word[cut:])
            peer.expect(answer)
            assert peer.ask() == b"", f"{word!r} cut at {cut}"
            assert board.take(len(data)) == data, f"{word!r} cut at {cut}"


def test_a_255_in_a_mask_and_in_a_rate_is_doubled_even_across_pieces(peer):
    for request, answer in ((sub(MODEM_MASK, 255), is_now(MODEM_MASK, 255)), (baud(65535), baud_is(65535))):
        middle = request.index(b"\xff\xff") + 1
        peer.send(command(AYT), request[:middle])
        peer.expect(HERE)
        assert peer.ask(request[middle:]) == answer


@pytest.mark.parametrize("size", [257, 300, 4096, 1 << 20])
@pytest.mark.parametrize("code", [SIGNATURE, BAUD, DATA_BITS, 99, 255])
def test_a_subnegotiation_that_is_too_long_is_skipped_to_its_end(peer, outlet, board, size, code):
    body = (7).to_bytes(4, "big") + b"\xff\x07" * (size // 2)
    assert tokens(peer.ask(sub(code, body), baud(0))) == [baud_is(IDLE_BAUD)]
    peer.send(b"on")
    assert board.hear(b"on") == b"on", "none of it is data"
    assert outlet.settings()["data_bits"] == 8


@pytest.mark.parametrize("size", [251, 254, 255])
def test_a_subnegotiation_that_is_just_not_too_long_is_heard(peer, size):
    assert peer.ask(sub(SIGNATURE, b"s" * size), baud(0)) == baud_is(IDLE_BAUD)


def test_a_subnegotiation_that_does_not_end_swallows_what_follows_until_it_does(peer, board):
    peer.send(command(250), bytes([44, DATA_BITS]), b"\7" * (1 << 20))
    board.say(b"output goes on")
    peer.expect(b"output goes on")
    peer.send(command(240))
    assert peer.ask(sub(DATA_BITS, 0)) == is_now(DATA_BITS, 8)
    peer.send(b"on")
    assert board.hear(b"on") == b"on"


def test_a_subnegotiation_without_an_end_is_ended_by_the_next_one(peer):
    unended = sub(200, 1)[:-2]
    assert peer.ask(unended, sub(DATA_BITS, 6)) == is_now(DATA_BITS, 6)
    assert peer.ask(unended, say(WILL, 77)) == say(254, 77)


def test_a_subnegotiation_of_nothing_and_a_stray_end_are_ignored(peer, board):
    assert peer.ask(command(250) + command(240), command(240), command(240)) == b""
    peer.send(b"on")
    assert board.hear(b"on") == b"on"


@pytest.mark.parametrize("code", [0, 1, 127, 128, 236, 239])
def test_an_iac_before_a_byte_without_meaning_is_neither_data_nor_the_end(peer, board, code):
    assert peer.ask(command(code)) == b""
    peer.send(b"on")
    assert board.hear(b"on") == b"on"


def test_a_client_that_leaves_in_the_middle_of_a_word_leaves_nothing_to_the_next(outlet):
    for beginning in (IAC, command(250), command(250) + b"\x2c\x01", sub(MODEM_MASK, 255)[:5], IAC + b"\xfb"):
        with outlet.peer() as first:
            first.send(beginning)
        with outlet.peer() as second:
            assert second.ask(sub(MODEM_STATE)) == is_now(MODEM_STATE, 0)
