"""Who cannot keep up: the client's data waits and is never lost, the board's output never waits for a client."""
import fcntl
import select
import socket
import struct
import termios

import pytest

import clients
from desk import wait_until
from rig import SANITIZED
from telnet import (DATA_BITS, IAC, MODEM_STATE, PATIENCE, RESUME, RESUMED, SUSPEND, SUSPENDED, baud, baud_is, is_now,
                    sub, tokens)

FLOOD = 24 << 20  # more than bridged's queue and the kernel's buffers for one connection
SLACK = 512 * 1024 if SANITIZED else 8 * 1024  # KiB
BULK = b"".join(b"%09d\n" % number for number in range(FLOOD // 10))


def push(peer, data):
    """Sends until the peer's side takes no more, for a second long; how much it was."""
    peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
    peer.socket.setblocking(False)
    sent = 0
    while sent < len(data) and select.select([], [peer.socket], [], 1)[1]:
        sent += peer.socket.send(data[sent:sent + 65536])
    peer.socket.settimeout(PATIENCE)
    return sent


def skipped(heard, said):
    """How many bytes of `said` were left out; fails when what came is not in its order. 20 bytes of it hold
    a whole line's number, so they are there only once."""
    at = gaps = 0
    while heard:
        same = equal_bytes(heard, memoryview(said)[at:])
        heard, at = heard[same:], at + same
        if heard:
            found = said.find(heard[:20], at)
            assert found >= 0, f"{heard[:20]!r} does not come after {said[at - 20:at]!r}"
            gaps, at = gaps + found - at, found
    return gaps + len(said) - at


def equal_bytes(one, other):
    """How long the two are the same."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def memory(desk):
    """Resident, in KiB."""
    with open(f"/proc/{desk.pid}/status") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1])


def test_a_client_that_suspends_gets_answers_but_no_output_until_it_resumes(peer, outlet, board):
    before = outlet.counters()["rx_bytes"]
    assert peer.ask(sub(SUSPEND)) == b""
    board.say(b"held")
    outlet.wait_read(before + 4)
    assert peer.ask(sub(MODEM_STATE), baud(0), sub(DATA_BITS, 0)) == \
        is_now(MODEM_STATE, 0) + baud_is(115200) + is_now(DATA_BITS, 8)
    peer.send(sub(SUSPEND), sub(RESUME), sub(RESUME))
    peer.expect(b"held")
    board.say(b" and flowing")
    peer.expect(b" and flowing")


def test_a_client_that_suspends_for_good_stops_no_board_and_its_loss_is_counted(peer, outlet, board):
    before = outlet.counters()
    peer.ask(sub(SUSPEND))
    board.say(BULK[:3 << 20])
    outlet.wait_read(before["rx_bytes"] + (3 << 20))
    peer.send(sub(RESUME))
    dropped = outlet.counters()["drops"] - before["drops"]
    assert dropped == 2 << 20, "the queue is 1 MiB"
    assert peer.hear(1 << 20) == BULK[2 << 20:3 << 20]


def test_a_suspension_ends_with_its_client(outlet, board):
    with outlet.peer() as first:
        first.ask(sub(SUSPEND))
    with outlet.peer() as second:
        board.say(b"for the next one")
        second.expect(b"for the next one")


def test_the_client_is_suspended_while_the_tty_takes_no_more_and_resumed_when_it_does(peer, board):
    """A client that stops when it is told to, as RFC 2217 says, is told the end of it, too."""
    sent = 0
    while sent < FLOOD:
        told, writable, _ = select.select([peer.socket], [peer.socket], [], PATIENCE)
        assert told or writable, "neither told nor taken"
        if told:
            break
        sent += peer.socket.send(BULK[sent:sent + 4096], socket.MSG_DONTWAIT)  # told while it waits, it would not hear
    peer.expect(SUSPENDED)
    assert board.take(sent, PATIENCE) == BULK[:sent]
    peer.expect(RESUMED)
    again = tokens(peer.ask())  # what was under way may have filled it up again
    if len(again) % 2:
        peer.expect(RESUMED)
        again.append(RESUMED)
    assert again == [SUSPENDED, RESUMED] * (len(again) // 2)
    peer.send(b"more\n")
    assert board.hear(b"more\n") == b"more\n"


def test_suspensions_and_resumptions_of_a_client_that_goes_on_alternate(peer, board):
    sent = BULK[:2 << 20]
    at_client, at_board = clients.exchange(peer.socket, board, b"", sent, window=len(sent))
    assert at_board == sent
    words = tokens(at_client + peer.ask())
    if words[-1:] == [SUSPENDED]:
        peer.expect(RESUMED)
        words.append(RESUMED)
    assert set(words) <= {SUSPENDED, RESUMED}, "nothing else was to be said"
    assert words == [SUSPENDED, RESUMED] * (len(words) // 2)


def test_a_raw_client_is_told_nothing_of_suspensions(outlet, board):
    with outlet.admitted(b"raw\n") as raw:
        assert board.hear(b"raw\n") == b"raw\n"
        sent = push(raw, BULK)
        assert sent < FLOOD
        assert board.take(sent, PATIENCE) == BULK[:sent]
        board.say(b"only this")
        raw.expect(b"only this")


def test_a_board_that_does_not_read_stops_the_client_and_loses_nothing(peer, desk, outlet, board):
    before = memory(desk)
    sent = push(peer, BULK)
    assert sent < FLOOD, "bridged took all of it, though the board took nothing"
    assert memory(desk) - before < SLACK, "what is taken and not passed on is bounded"
    assert board.take(sent, PATIENCE) == BULK[:sent]
    peer.send(b"#")
    assert board.hear(b"#") == b"#"


def test_a_blocked_client_still_gets_the_boards_output(peer, board):
    push(peer, BULK)
    board.say(b"still here\n")
    heard = b""
    while not heard.endswith(b"still here\n"):
        heard = clients.telnet_decode(heard + peer.token())
    assert heard == b"still here\n"


def unacknowledged(peer):
    return struct.unpack("i", fcntl.ioctl(peer.socket, termios.TIOCOUTQ, bytes(4)))[0]


@pytest.mark.parametrize("ending", ["reset", "close"])
def test_a_client_that_leaves_while_the_board_takes_nothing_leaves_a_free_slot(outlet, board, ending):
    """So much that bridged reads no further, so little that its kernel has it all and gets the FIN.
    Raw: nothing is sent to it, which it could leave unread and so turn the FIN into an RST."""
    with outlet.admitted(b"raw\n") as first:
        first.send(BULK[:128 * 1024])
        wait_until(lambda: unacknowledged(first) == 0, "all to be in bridged's kernel")
        getattr(first, ending)()
    with outlet.admitted(b"raw\n"):
        pass  # while the board has still read nothing
    wait_until(lambda: not board.drain() and outlet.slot()["state"] == "idle", "what was left to be gone")


def test_a_client_that_never_reads_stops_no_board_and_knows_what_it_lost(outlet, board):
    before, place = outlet.counters(), outlet.place()
    with outlet.peer(receive_buffer=32 * 1024) as peer:
        peer.send(*(sub(DATA_BITS, number % 4 + 5) for number in range(400)))
        board.say(BULK)  # fails when nobody drains it
        peer.send(*(sub(DATA_BITS, number % 4 + 5) for number in range(400)))
        outlet.wait_read(before["rx_bytes"] + len(BULK))
        stream = peer.ask()
        dropped = outlet.counters()["drops"] - before["drops"]
        assert dropped > FLOOD // 4, "the test itself is wrong: it has not lost anything worth the name"
        answers = [token for token in tokens(stream) if token.startswith(IAC)]
        assert answers == [is_now(DATA_BITS, number % 4 + 5) for number in list(range(400)) * 2]
        heard = clients.telnet_decode(stream)
        assert len(heard) + dropped == len(BULK), "each byte has either come or been counted"
        assert skipped(heard, BULK) == dropped, "what came is in order, with gaps where bytes were dropped"
        assert heard[-1 << 20:] == BULK[-1 << 20:], "the oldest are dropped, never the newest"
    texts = outlet.wait_info(place, "Client was too slow")
    assert f"Client was too slow: {dropped} bytes not sent to it" in texts


def test_a_client_that_asks_and_asks_and_never_reads_is_ended(desk, outlet):
    before = memory(desk)
    with outlet.peer(receive_buffer=4096) as peer, pytest.raises(OSError):
        for _ in range(20_000):
            peer.send(sub(MODEM_STATE) * 1000)
    assert memory(desk) - before < 2 * SLACK
    outlet.wait_state("idle")
