"""A disk that is full, read-only or forbidden: it is said once, to everybody, and nothing is lost when it gives way."""
import errno
import json
import os
import signal

import pytest
import zmq

import logfile
from bus import Bus
from faulty import FaultyStack, build_fault_points
from rig import PATIENCE, SANITIZED, Board, free_port, wait_until

pytestmark = pytest.mark.skipif(SANITIZED, reason="fault_points.cpp cannot be loaded before a sanitizer")


class LogBus(Bus):
    """loggerd's requests, and its events about faults."""

    def __init__(self, runtime):
        super().__init__(runtime, "loggerd")
        self.events = self.context.socket(zmq.SUB)
        self.events.linger = 0
        self.events.connect(f"ipc://{runtime}/loggerd.pub")
        for topic in ("log.fault/", "heartbeat/"):
            self.events.subscribe(topic)
        self.faults, self.heartbeats = [], 0
        wait_until(lambda: self.listen() or self.heartbeats, "a heartbeat")

    def listen(self):
        while self.events.poll(0):
            topic, _, body = self.events.recv_multipart()
            if topic == b"log.fault/A/":
                self.faults.append(json.loads(body)["fault"])
            else:
                self.heartbeats += topic.startswith(b"heartbeat/")

    def fault(self):
        return {s["slot"]: s["fault"] for s in self.ask("snapshot")["slots"]}.get("A")

    def close(self):
        self.events.close()
        super().close()


@pytest.fixture
def board(folder):
    made = Board(folder / "a")
    yield made
    made.close()


@pytest.fixture
def stack(folder, board):
    slots = {"slots": [{"label": "A", "devnode": str(board.path), "tcp_port": free_port()}]}
    made = FaultyStack(folder, build_fault_points(folder), slots, {"log": {"max_file_bytes": 262144, "keep_days": 0}}).start()
    made.wait_slot("A", running=True)
    yield made
    assert set(made.stop().values()) <= {0}


@pytest.fixture
def bus(stack):
    made = LogBus(stack.runtime)
    yield made
    made.close()


def in_log(stack, text):
    return lambda: text in stack.log_of("A")


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EACCES], ids=lambda e: errno.errorcode[e])
def test_a_refusal_is_said_once_to_everybody_and_costs_no_byte(stack, board, bus, error):
    board.say(b"before\n")
    wait_until(in_log(stack, b"before"), "the line")
    name = stack.parts_of("A")[-1]
    if error == errno.EACCES:  # what is open stays open for writing
        (stack.logs / name).rename(stack.logs / "set aside")
    stack.refuse(error)
    said = b"".join(b"line %d while the disk refuses\n" % n for n in range(2000))
    board.say(said)
    wait_until(bus.fault, "the fault in the snapshot")
    wait_until(lambda: bus.listen() or bus.faults, "the fault as an event")
    bus.heartbeats = 0
    wait_until(lambda: bus.listen() or bus.heartbeats >= 3, "some more tries")
    assert bus.faults == [bus.fault()] and bus.faults[0].endswith(os.strerror(error))
    assert stack.said("loggerd").count(os.strerror(error)) == 1
    assert stack.get("/api/logs?slot=A")["faults"] == {"A": bus.faults[0]}

    stack.disk.unlink()
    wait_until(in_log(stack, b"line 1999 "), "what was held back")
    wait_until(lambda: bus.fault() is None, "the fault to be over")
    wait_until(lambda: bus.listen() or len(bus.faults) == 2, "the event that says so")
    assert bus.faults[1] is None
    assert stack.get("/api/logs?slot=A")["faults"] == {}
    text = stack.log_of("A")
    if error == errno.EACCES:
        text = (stack.logs / "set aside").read_bytes() + text
    assert logfile.decode(text, "RX") == b"before\n" + said


def test_a_disk_too_full_to_compress_on_loses_no_log(stack, board):
    old = "board_A_2026-02-03.log"
    text = b"".join(b"[2026-02-03 10:00:00.000] [RX] line %d\n" % n for n in range(100_000))
    stack.kill("loggerd")
    (stack.logs / old).write_bytes(text)
    stack.refuse()
    stack.start("loggerd")
    wait_until(lambda: f"write {stack.logs / old}.zst.new: {os.strerror(errno.ENOSPC)}" in stack.said("loggerd"), "the fault")
    assert [f.name for f in stack.logs.glob("board*")] == [old]
    assert (stack.logs / old).read_bytes() == text
    stack.disk.unlink()
    stack.kill("loggerd")
    stack.start("loggerd")
    wait_until(lambda: not (stack.logs / old).exists(), "the file to be compressed")
    assert stack.part_text(old) == text


@pytest.mark.parametrize("point", ["compressed write", "compressed rename", "log unlink"])
def test_a_loggerd_killed_while_it_compresses_leaves_the_text_once(stack, board, point):
    old = "board_A_2026-02-03.log"
    text = b"".join(b"[2026-02-03 10:00:00.000] [RX] line %d\n" % n for n in range(100_000))
    stack.kill("loggerd")
    (stack.logs / old).write_bytes(text)
    stack.faults = {"FAULT_POINT": point, "FAULT_COUNT": 1}
    stack.start("loggerd")
    killed = stack.running.pop("loggerd")
    assert killed.wait(PATIENCE) == -signal.SIGKILL
    left = {f.name for f in stack.logs.glob("board*")}
    assert left == {"compressed write": {old, old + ".zst.new"}, "compressed rename": {old, old + ".zst"},
                    "log unlink": {old + ".zst"}}[point]
    assert stack.part_text(old) == text

    stack.faults = {}
    stack.start("loggerd")
    wait_until(lambda: [f.name for f in stack.logs.glob("board*")] == [old + ".zst"], "the rest to be done")
    assert stack.part_text(old) == text
