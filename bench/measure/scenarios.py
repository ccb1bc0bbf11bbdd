"""What is measured. Each takes a running server and its boards and returns {figure: value}."""
import os
import re
import select
import statistics
import subprocess
import time

from measure import processes, wire

SETTLE = 60  # seconds until a log is complete; never an expectation of speed


class Measured:
    """CPU seconds of a server within a `with`."""

    def __init__(self, server):
        self.pids = server.pids()

    def __enter__(self):
        self.before, self.began = processes.cpu_seconds(self.pids), time.monotonic()
        return self

    def __exit__(self, *fault):
        self.cpu, self.seconds = processes.cpu_seconds(self.pids) - self.before, time.monotonic() - self.began


def logged_bytes(log):
    """What a board said, out of a log's RX lines. CR before LF is not kept in a log, so it is not here either."""
    said = bytearray()
    for line in re.findall(rb"^\[[^]]*\] \[RX\] (.*)$", log, re.MULTILINE):
        cut = line.endswith(b"\\")
        said += re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), line[:-1] if cut else line)
        said += b"" if cut else b"\n"
    return bytes(said)


def wait_logged(server, data):
    """Until the log has all of it; a wrong byte is an error."""
    if server.log() is None:
        return
    expected, deadline = data.replace(b"\r\n", b"\n"), time.monotonic() + SETTLE
    while (said := logged_bytes(server.log())) != expected:
        # A board's last bytes without a newline are written when it has been quiet for a while.
        if time.monotonic() > deadline:
            at = next((i for i, (a, b) in enumerate(zip(said, expected)) if a != b), min(len(said), len(expected)))
            raise AssertionError(f"{server.name}: the log has {len(said)} of {len(expected)} bytes, wrong from {at}")
        time.sleep(0.05)


def down(server, boards, data):
    """From the board to the client; the CPU is all that it costs, up to the last line of the log."""
    client = wire.Client(server.ports[0], server.telnet)
    client.settle()
    with Measured(server) as measured:
        seconds = wire.transfer(boards[0].write, client.read, boards[0].end, client.socket, data, data)
        wait_logged(server, data)
    client.close()
    return {"MB/s": len(data) / seconds / 1e6, "CPU ms/MB": measured.cpu * 1e9 / len(data)}


def up(server, boards, data):
    """From the client to the board."""
    client = wire.Client(server.ports[0], server.telnet)
    client.settle()
    with Measured(server) as measured:
        seconds = wire.transfer(client.write, boards[0].read, client.socket, boards[0].end, data, client.encoded(data))
        time.sleep(1)  # what is logged of it is logged within
    client.close()
    return {"MB/s": len(data) / seconds / 1e6, "CPU ms/MB": measured.cpu * 1e9 / len(data)}


def echo(server, boards, size, count=300):
    """A client's bytes to the board and back, one after the other."""
    client = wire.Client(server.ports[0], server.telnet)
    client.settle()
    times, data = [], bytes(range(32, 32 + size))
    for _ in range(count):
        began = time.perf_counter()
        wire.transfer(client.write, boards[0].read, client.socket, boards[0].end, data, data)
        wire.transfer(boards[0].write, client.read, boards[0].end, client.socket, data, data)
        times.append(time.perf_counter() - began)
    client.close()
    return {"median ms": statistics.median(times) * 1e3, "p99 ms": sorted(times)[int(count * 0.99)] * 1e3}


def paced(server, boards, rate, seconds):
    """All boards talk at the rate of a UART, a little each millisecond, each to its client."""
    clients = [wire.Client(port, server.telnet) for port in server.ports]
    clients[-1].settle()
    for client in clients:
        client.read()
    line = wire.text(rate * seconds)
    piece = rate // 1000
    look = select.epoll()
    by_descriptor = {}
    for number, client in enumerate(clients):
        look.register(client.socket, select.EPOLLIN)
        by_descriptor[client.socket.fileno()] = number
    written, read, due, late = [0] * len(boards), [0] * len(boards), [[] for _ in boards], []
    with Measured(server) as measured:
        began = time.monotonic()
        while True:
            now = time.monotonic()
            until = min(int((now - began) * 1000 + 1) * piece, len(line))
            for number, board in enumerate(boards):
                if written[number] < until:
                    written[number] += board.write(line[written[number]:until])
                    due[number].append((written[number], time.monotonic()))
            for descriptor, _ in look.poll(0.001):
                number = by_descriptor[descriptor]
                part = clients[number].read()
                at = read[number]
                if part != line[at:at + len(part)]:
                    raise AssertionError(f"board {number}: wrong bytes after {at}")
                read[number] += len(part)
                now = time.monotonic()
                while due[number] and due[number][0][0] <= read[number]:
                    late.append(now - due[number].pop(0)[1])
            if all(got == len(line) for got in read):
                break
            if time.monotonic() - began > seconds + wire.PATIENCE:
                raise AssertionError(f"{sum(len(line) - got for got in read)} bytes did not come")
    for client in clients:
        client.close()
    late.sort()
    return {"CPU %": measured.cpu / measured.seconds * 100, "p99 ms": late[int(len(late) * 0.99)] * 1e3,
            "median ms": late[len(late) // 2] * 1e3}


class BusSubscriber:
    """One who has all that every slot says and hears, in a process of its own, within a `with`."""
    HEARS = """import sys, zmq
events = zmq.Context().socket(zmq.SUB)
events.connect(sys.argv[1])
events.subscribe(b"serial.")
while True: events.recv_multipart()"""

    def __init__(self, server):
        self.command = ["/usr/bin/python3", "-c", self.HEARS, f"ipc://{server.stack.runtime}/bridged.pub"]

    def __enter__(self):
        self.running = subprocess.Popen(self.command)

    def __exit__(self, *fault):
        self.running.kill()
        self.running.wait()


def followed(server, boards, rate, seconds):
    """As paced(), with a subscriber to all of it on the bus; what he uses is not counted."""
    with BusSubscriber(server):
        return paced(server, boards, rate, seconds)


def plugged(server, boards, count=5):
    """From a tty that is there until its port listens; six times would be flapping, and left alone."""
    times, end = [], os.readlink(boards[0].path)
    for _ in range(count):
        boards[0].path.unlink()
        while processes.listens(server.ports[0]):
            time.sleep(0.001)
        began = time.perf_counter()
        boards[0].path.symlink_to(end)
        server.wait_listening(server.ports[0], look_every=0.0005)
        times.append(time.perf_counter() - began)
    return {"median ms": statistics.median(times) * 1e3, "longest ms": max(times) * 1e3}


def idle(server, seconds=10):
    """Nobody is connected, no board says anything."""
    time.sleep(2)
    pids = server.pids()
    wakeups, cpu = processes.wakeups(pids), processes.cpu_seconds(pids)
    time.sleep(seconds)
    total, rings = processes.memory_kb(pids, server.folder)
    return {"wakeups/s": (processes.wakeups(pids) - wakeups) / seconds,
            "CPU %": (processes.cpu_seconds(pids) - cpu) / seconds * 100,
            "PSS MB": total / 1024, "of it rings MB": rings / 1024}


def connect(server, count=20):
    """A new client until its first answer, and the next one right after."""
    times = []
    for _ in range(count):
        began = time.perf_counter()
        client = wire.Client(server.ports[0], server.telnet)
        times.append(time.perf_counter() - began)
        client.close()
        time.sleep(0.05)
    return {"median ms": statistics.median(times) * 1e3, "longest ms": max(times) * 1e3}


def slow_client(server, boards, data):
    """A client that never reads, while its board says all it can: the board is drained all the same."""
    client = wire.Client(server.ports[0], server.telnet)
    sent, began = 0, time.monotonic()
    while sent < len(data) and time.monotonic() - began < 5:
        if select.select([], [boards[0].end], [], 0.2)[1]:
            sent += boards[0].write(data[sent:sent + 65536])
    seconds = time.monotonic() - began
    if sent == len(data):
        wait_logged(server, data)
    total, rings = processes.memory_kb(server.pids(), server.folder)
    client.close()
    return {"drained %": sent / len(data) * 100, "MB/s": sent / seconds / 1e6, "PSS less rings MB": (total - rings) / 1024}
