"""Data and commands keep their order, each command is answered once, and nothing is lost between them."""
import json
import os
import random
import select

import pytest

import clients
from desk import IDLE_BAUD, wait_until
from telnet import (CONTROL, DATA_BITS, LINE_MASK, MODEM_MASK, MODEM_STATE, PARITY, PURGE, RESUMED, SIGNATURE,
                    STOP_BITS, SUSPENDED, baud, baud_is, is_now, sub, tokens)

MORE_THAN_A_PTY_TAKES = 48 * 1024  # and less than stops bridged from hearing the command behind it


def random_commands(chance, count, signature, purges=True):
    """[(request, answer)]: settings and queries of what they set, in any order."""
    held = {DATA_BITS: 8, PARITY: 1, STOP_BITS: 1}
    rate, out = IDLE_BAUD, []
    for _ in range(count):
        code = chance.choice([SIGNATURE, "rate", *held, CONTROL, MODEM_STATE, LINE_MASK, MODEM_MASK, PURGE])
        if code == SIGNATURE:
            out.append((sub(SIGNATURE), signature))
        elif code == "rate":
            asked = chance.choice([0, 9600, 115200, 255, 0xFFFF, 921600])
            rate = asked or rate
            out.append((baud(asked), baud_is(rate)))
        elif code in held:
            asked = chance.choice({DATA_BITS: [0, 5, 6, 7, 8], PARITY: range(6), STOP_BITS: range(4)}[code])
            held[code] = asked or held[code]
            out.append((sub(code, asked), is_now(code, held[code])))
        elif code == MODEM_STATE:
            out.append((sub(MODEM_STATE), is_now(MODEM_STATE, 0)))
        elif code != PURGE or purges:
            values = {CONTROL: [1, 3, 5, 6, 8, 9, 11, 12], PURGE: [1, 2, 3]}.get(code, range(256))
            asked = chance.choice(values)
            out.append((sub(code, asked), is_now(code, asked)))
    return out


@pytest.fixture
def signature(peer):
    return peer.ask(sub(SIGNATURE))


@pytest.mark.parametrize("seed", range(3))
def test_500_pipelined_commands_are_answered_in_order_once_each(peer, signature, seed):
    commands = random_commands(random.Random(seed), 500, signature)
    answers = tokens(peer.ask(*(request for request, _ in commands)))
    assert answers == [answer for _, answer in commands]


def test_a_line_that_is_slow_to_send_still_acknowledges_with_the_value_asked_for(peer, outlet, board):
    """What is in front leaves at the old rate, however long that takes."""
    old = b"o" * MORE_THAN_A_PTY_TAKES
    peer.send(old, baud(9600))
    assert baud_is(9600) in tokens(peer.ask()), "pyserial gives up after 3 s"
    assert outlet.line().baud == IDLE_BAUD, "the rate changed before the bytes in front of it had left"
    assert board.hear(old) == old
    wait_until(lambda: outlet.line().baud == 9600, "the new rate at the tty")


def test_bytes_before_a_change_leave_at_the_old_rate_and_bytes_behind_it_at_the_new_one(peer, outlet, board):
    old, new = b"o" * MORE_THAN_A_PTY_TAKES, b"n" * 4096
    peer.send(old, baud(57600), new)
    heard = b""
    while len(heard) < len(old) + len(new):
        assert select.select([board.end], [], [], 20)[0], f"only {len(heard)} bytes came"
        heard += os.read(board.end, 512)
        now = outlet.line().baud
        assert now == IDLE_BAUD or len(heard) > len(old) - 32 * 1024, "changed long before the old bytes had left"
        assert now == 57600 or b"n" not in heard, "bytes behind the change left before it"
    assert heard == old + new
    assert tokens(peer.ask(baud(0)))[-1] == baud_is(57600)


def test_each_of_many_changes_keeps_its_place_among_the_data(peer, outlet, board):
    place = outlet.place()
    rates = [9600, 19200, 38400, 57600, 74880, 230400, 460800, 921600] * 4
    for rate in rates:
        peer.send(b"before %d\n" % rate, baud(rate))
    heard = board.hear(b"\n")
    while heard.count(b"\n") < len(rates):
        heard += board.hear(b"\n")
    assert heard == b"".join(b"before %d\n" % rate for rate in rates)
    assert peer.ask() == b"".join(baud_is(rate) for rate in rates)
    story = ""
    for topic, body in outlet.bus.events_since(outlet.name, place):
        story += body.decode() if topic.startswith("serial.tx") else json.loads(body)["text"] + "\n"
    assert story == "".join(f"before {rate}\nBaudrate changed to {rate}\n" for rate in rates)


def test_a_megabyte_each_way_with_commands_in_between_loses_nothing(peer, signature, board):
    chance = random.Random(2217)
    to_client, to_board = chance.randbytes(1 << 20), chance.randbytes(1 << 20)
    commands = random_commands(chance, 300, signature, purges=False)
    step = len(to_board) // len(commands) + 1
    sent = b"".join(clients.telnet_encode(to_board[at * step:(at + 1) * step]) + request
                    for at, (request, _) in enumerate(commands))
    at_client, at_board = clients.exchange(peer.socket, board, to_client, to_board, sent)
    assert at_board == to_board
    at_client += peer.ask()
    assert clients.telnet_decode(at_client) == to_client
    answers = [token for token in tokens(at_client) if token.startswith(b"\xff\xfa") and
               token not in (SUSPENDED, RESUMED)]
    assert answers == [answer for _, answer in commands]


def test_answers_and_board_output_are_never_mixed_into_each_other(peer, board):
    """Whole answers amid a stream full of 255s, which look like their beginning."""
    said = b"\xff\xfa\x2c\x65\xff\xf0" * 10_000
    board_part, requests = len(said) // 50, [sub(PARITY, value % 5 + 1) for value in range(50)]
    for at, request in enumerate(requests):
        peer.send(request)
        board.say(said[at * board_part:(at + 1) * board_part])
    heard = b""
    while len(clients.telnet_decode(heard)) < len(said):
        heard += peer.token()
    heard += peer.ask()
    assert clients.telnet_decode(heard) == said
    assert [t for t in tokens(heard) if t.startswith(b"\xff\xfa")] == [is_now(PARITY, v % 5 + 1) for v in range(50)]
