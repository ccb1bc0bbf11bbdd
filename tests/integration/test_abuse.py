"""Clients that mean harm, or are just broken: bridged lives, stays small and quiet, and serves its other slots."""
import concurrent.futures
import contextlib
import os
import random
import socket
import threading
import time

import pytest

import clients
from abuse import Process, Witness
from desk import Desk, wait_until
from rig import SANITIZED
from telnet import (CONTROL, DATA_BITS, IAC, MODEM_STATE, PATIENCE, PURGE, RESUME, SIGNATURE, SUSPEND, Peer, baud,
                    command, is_now, say, sub)

# The nightly script asks for more. Many are refused or gone before they are accepted.
SESSIONS = int(os.environ.get("ABUSE_SESSIONS", 2000))
MORE_MEMORY = (512 if SANITIZED else 48) * 1024  # KiB; a sanitizer keeps what was freed
QUIET_CPU = 0.2  # seconds of CPU in a quiet second; a loop that spins takes all of it


@pytest.fixture(scope="module")
def desk(module_folder):
    made = Desk(module_folder, A={}, T={"second_client": "take_over"}, O={"second_client": "observe"}, W={})
    yield made
    made.close()


@pytest.fixture
def process(desk):
    """bridged; afterwards it has to be as it was, while the client of slot W noticed nothing."""
    for label in "ATO":
        desk[label].rest()
    process, witness = Process(desk.pid), Witness(desk["W"])
    descriptors, memory, threads = process.descriptors(), process.memory(), process.threads()
    yield process
    assert process.alive() and desk.stack.running["bridged"].poll() is None
    witness.goes_on()
    witness.stop()
    desk["W"].wait_state("idle")
    for label in "ATO":
        desk[label].rest()
    wait_until(lambda: process.descriptors() < descriptors, f"less descriptors than {descriptors}, one client's less; "
               f"there are {os.listdir(f'/proc/{process.pid}/fd')}")
    wait_until(lambda: process.threads() <= threads, "no more threads than before")
    assert process.memory() - memory < MORE_MEMORY
    wait_until(lambda: quiet_cpu(process) < QUIET_CPU, "a quiet second: it spins")
    assert slots_serve(desk)


def quiet_cpu(process):
    before, until = process.cpu_seconds(), time.monotonic() + 1
    while time.monotonic() < until:
        time.sleep(0.1)
    return process.cpu_seconds() - before


def slots_serve(desk):
    for label in "ATO":
        with desk[label].peer() as peer:
            assert peer.ask(sub(MODEM_STATE)) == is_now(MODEM_STATE, 0)
            peer.send(b"fine")
            # Behind what a client has sent that was gone before it was accepted.
            assert desk[label].board.hear(b"fine", PATIENCE).endswith(b"fine")
    return True


class Drain(threading.Thread):
    """Boards that take what they are sent, and chat."""

    def __init__(self, boards):
        super().__init__(daemon=True)
        self.boards, self.ended = boards, threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join(30)

    def run(self):
        while not self.ended.wait(0.002):
            for board in self.boards:
                board.drain()
                clients.board_write(board, b"chat \xff\xff\x00\r\n" * 20)


def to_the_end(connection):
    """What a client is told until it is closed; a reset is an end, too."""
    said = b""
    try:
        while chunk := connection.recv(4096):
            said += chunk
    except ConnectionResetError:
        pass
    return said


@pytest.mark.parametrize("label", ["A", "T", "O"])
def test_500_connections_at_once(desk, process, label):
    outlet = desk[label]
    connections = [clients.connect(outlet.port) for _ in range(500)]
    assert process.descriptors() < 700
    if label == "A":
        told = [to_the_end(connection) for connection in connections[1:]]
        assert all(line == b"" or (b"A is in use by" in line and line.endswith(b"\r\n")) for line in told)
        assert sum(line != b"" for line in told) > 400, "hardly anybody was told why"
    for at, connection in enumerate(connections):
        connection.close() if at % 2 else clients.reset(connection)


def random_words(chance):
    """Bytes that mean something, nearly mean something, or nothing."""
    kind = chance.randrange(8)
    if kind == 0:
        return chance.randbytes(chance.randrange(1, 400))
    if kind == 1:
        return say(chance.randrange(251, 255), chance.randrange(256))
    if kind == 2:
        return sub(chance.randrange(256), chance.randbytes(chance.randrange(6)))
    if kind == 3:
        return sub(CONTROL, chance.randrange(24)) + sub(PURGE, chance.randrange(5))
    if kind == 4:
        return baud(chance.choice([0, 1, 50, 9600, 921600, 2**31 - 1, 2**32 - 1]))
    if kind == 5:
        return sub(chance.choice([SUSPEND, RESUME, SIGNATURE, MODEM_STATE]))
    if kind == 6:
        whole = sub(DATA_BITS, chance.randbytes(chance.choice([1, 300, 5000])), option=chance.choice([44, 24, 255]))
        return whole[:chance.randrange(1, len(whole) + 1)]
    return command(chance.randrange(236, 256)) * chance.randrange(1, 50)


def session(port, seed):
    """One client's life; how it went is its own affair."""
    chance = random.Random(seed)
    try:
        connection = clients.connect(port)
    except OSError:
        return False
    connection.settimeout(PATIENCE)
    try:
        if chance.random() < 0.7:
            connection.sendall(IAC + b"\xfb\x2c")
        for _ in range(chance.randrange(12)):
            connection.sendall(random_words(chance))
            if chance.random() < 0.3:
                connection.setblocking(False)
                try:
                    connection.recv(4096)
                except BlockingIOError:
                    pass
                connection.settimeout(PATIENCE)
    except (ConnectionResetError, BrokenPipeError):
        pass
    if chance.random() < 0.5:
        clients.reset(connection)
    else:
        connection.close()
    return True


def test_sessions_of_random_bytes(desk, process):
    """Some take over from each other, some observe each other, some are refused; boards chat meanwhile."""
    ports = [desk[label].port for label in "ATO"]
    before = sum(desk[label].counters()["clients"] for label in "ATO")
    with Drain([desk[label].board for label in "ATO"]), concurrent.futures.ThreadPoolExecutor(6) as pool:
        connected = sum(pool.map(lambda seed: session(ports[seed % 3], seed), range(SESSIONS)))
    assert connected == SESSIONS, "a port did not take connections"
    served = sum(desk[label].counters()["clients"] for label in "ATO") - before
    assert served > SESSIONS // 50, "the test itself is wrong: hardly anybody was let in"


def test_a_slow_loris_holds_its_own_slot_alone_and_is_kicked(desk, process):
    """A word that never ends, a byte at a time, while many others would like to come in."""
    outlet = desk["A"]
    with outlet.admitted(IAC) as loris, contextlib.ExitStack() as opened:
        others = []
        for byte in command(250)[1:] + b"\x2c\x01" + b"\xff\xff" * 100:
            loris.send(bytes([byte]))
            others.append(opened.enter_context(clients.connect(outlet.port)))
        told = [to_the_end(other) for other in others]  # whoever waits to be accepted might come in later
        assert sum(b"in use by" in line for line in told) > 100
        assert process.descriptors() < 100, "who is refused is not kept for ever"
        read = outlet.counters()["rx_bytes"]
        outlet.board.say(b"drained all the same")
        outlet.wait_read(read + 20)
        outlet.bus.ask("slot.kick", slot="A")
        to_the_end(loris.socket)
    with outlet.peer() as free:
        assert free.ask(sub(MODEM_STATE)) == is_now(MODEM_STATE, 0)


def test_a_client_that_never_reads_a_flood(desk, process):
    outlet = desk["A"]
    before, memory = outlet.counters(), process.memory()
    with outlet.admitted(IAC + b"\xfb\x2c", receive_buffer=4096):
        outlet.board.say(b"x" * (16 << 20))
        outlet.wait_read(before["rx_bytes"] + (16 << 20))
        assert process.memory() - memory < MORE_MEMORY
        assert outlet.counters()["drops"] > before["drops"]


@pytest.mark.parametrize("words", [command(250) + b"\x2c\x01\x00", IAC, sub(SIGNATURE, b"x" * 5000)[:-1],
                                   baud(9600)[:-1]], ids=["body", "iac", "long", "end"])
def test_resets_in_the_middle_of_a_word(desk, process, words):
    outlet = desk["A"]
    for _ in range(100):
        with outlet.admitted(words) as peer:
            peer.reset()


def test_half_open_clients_that_send_and_are_gone_at_once(desk, process):
    """Each has closed before it could be answered."""
    for label in "ATO":
        for turn in range(100):
            connection = clients.connect(desk[label].port)
            connection.sendall(IAC + b"\xfb\x2c" + sub(SIGNATURE) * 20 + baud(9600 + turn) + b"data")
            connection.shutdown(socket.SHUT_WR) if turn % 3 == 0 else None
            connection.close()


def test_a_tty_that_vanishes_in_mid_write_and_comes_back(desk, process):
    outlet, board = desk["A"], desk["A"].board
    with outlet.peer() as peer:
        for turn in range(3):
            taken = outlet.counters()["tx_bytes"]
            peer.send(b"w" * 48 * 1024, baud(9600 + turn))
            outlet.wait_taken(taken + 48 * 1024)  # so that the command behind it is heard
            board.vanish()
            outlet.wait_state("away")
            assert is_now(DATA_BITS, 7) in peer.ask(sub(DATA_BITS, 7)), "it is answered while the board is away"
            board.come_back()
            outlet.wait_state("in_use")
        peer.send(b"<through>")
        assert board.hear(b"<through>").endswith(b"<through>")


def test_a_tty_that_vanishes_in_mid_write_and_stays_away(desk, process):
    outlet, board = desk["A"], desk["A"].board
    with outlet.peer() as peer:
        peer.send(b"w" * 60 * 1024)
        board.take(1024)
        board.vanish()
        to_the_end(peer.socket)
    assert outlet.wait_state("empty")["client"] is None
    board.come_back()
    outlet.wait_state("idle")
