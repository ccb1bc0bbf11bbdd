"""Logs that never lie, under torture: loggerd and bridged killed, stopped and out of disk while eight boards talk.

The loggerd is the shipped one; fault_points.cpp is loaded into it. Not for the sanitizers' builds, whose runtime has
to be loaded first. TORTURE_SECONDS (12; the proof is 60) is how long the boards talk, TORTURE_SEED what is random.
"""
import contextlib
import os
import random
import re
import signal
import threading
import time

import pytest

import logfile
from bus import Bus
from faulty import FaultyStack, build_fault_points
from rig import SANITIZED, Board, free_port, launch, wait_until

pytestmark = pytest.mark.skipif(SANITIZED, reason="fault_points.cpp cannot be loaded before a sanitizer")

BOARDS = 8
RATE = 92160  # bytes a second: 921600 baud
LAST_WORD = b"\nthis is all\n"
SECONDS = float(os.environ.get("TORTURE_SECONDS", 12))
FAULTS = ["log write", "half a log write", "record write", "record rename", "truncate", "compressed write",
          "compressed rename", "log unlink"]
# Random bytes could be a flash packet; and a file every few seconds, so that there is always one to compress.
SETTINGS = {"log": {"binary": "escape", "max_file_bytes": 400_000}}


@pytest.fixture(scope="module")
def fault_points(module_folder):
    return build_fault_points(module_folder)


@pytest.fixture
def chance():
    seed = os.environ.get("TORTURE_SEED") or str(random.randrange(2**32))
    print(f"TORTURE_SEED={seed}")
    return random.Random(seed)


class TalkingBoard(Board):
    """Says what `invent` comes up with, at RATE, until it is told to stop."""

    def __init__(self, path, invent):
        super().__init__(path)
        self.said = bytearray()
        self.invent = invent
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.talk)
        self.thread.start()

    def talk(self):
        began = time.monotonic()
        while not self.over.wait(0.05):
            while len(self.said) < (time.monotonic() - began) * RATE:
                data = self.invent()
                self.said += data
                self.say(data)

    def finish(self):
        """Has a last word, so that one sees when all before it is in the log."""
        if self.over.is_set():
            return
        self.over.set()
        self.thread.join()
        self.said += LAST_WORD
        self.say(LAST_WORD)


def anything(chance):
    """Lines, long lines, prompts, CRs and all 256 byte values."""
    kind = chance.randrange(10)
    if kind == 0:
        return chance.randbytes(chance.randrange(1, 600))
    if kind == 1:
        return b"x" * chance.randrange(5000) + b"\n"
    if kind == 2:
        return chance.choice([b"> ", b"\r", b"\r\r\n", b"\\", b"\\x41\r\n", b"\xc3", b"\x1b[31m", b"\xff\xff\n"])
    return b"I (%d) app: %s\r\n" % (chance.randrange(10**6), b"tick " * chance.randrange(1, 12))


class Tortured(FaultyStack):
    """Eight boards that talk."""

    def __init__(self, folder, fault_points, invent):
        self.boards = {}
        slots = [{"label": f"S{n}", "devnode": str(folder / f"b{n}"), "tcp_port": free_port()} for n in range(BOARDS)]
        super().__init__(folder, fault_points, {"slots": slots}, SETTINGS)
        self.start()
        for slot in slots:
            self.boards[slot["label"]] = TalkingBoard(slot["devnode"], invent)

    def has_died(self, name):
        return self.running[name].poll() is not None

    def start_again(self, **faults):
        """Does not wait until it is ready: it may be killed before."""
        self.faults = faults
        with open(self.folder / "loggerd.out", "ab") as out:
            self.running["loggerd"] = launch(self.command("loggerd"), out)

    def finish(self):
        for board in self.boards.values():
            board.finish()

    def is_settled(self):
        """All that was said is in the logs, whatever is wrong with it."""
        return all(b"] [RX] this is all\n" in self.log_of(label) for label in self.boards)


@pytest.fixture
def torture(folder, fault_points):
    made = []

    def begin(invent):
        made.append(Tortured(folder, fault_points, invent))
        return made[-1]

    yield begin
    for stack in made:
        stack.finish()
        print({name: stack.said(name)[-3000:] for name in ("bridged", "loggerd")})
        assert set(stack.stop().values()) <= {0}
        for board in stack.boards.values():
            board.close()


def expected(board):
    return bytes(board.said).replace(b"\r\n", b"\n")


def difference(wanted, got):
    """Where they part, for a person."""
    at = next((n for n, (a, b) in enumerate(zip(wanted, got)) if a != b), min(len(wanted), len(got)))
    return f"{len(got)} of {len(wanted)} bytes; at {at}: {got[at - 40:at + 80]!r}, wanted {wanted[at - 40:at + 80]!r}"


def faults_of(stack):
    """What is wrong with the logs; nothing, if they are what the boards said."""
    found = []
    for label, board in stack.boards.items():
        text = stack.log_of(label)
        wanted = expected(board)
        try:
            got = logfile.decode(text, "RX")
        except AssertionError as fault:  # half a line
            found.append(f"{label}: {fault}")
            continue
        if got.rstrip(b"\n") != wanted.rstrip(b"\n"):  # the end of the last line may not have come
            found.append(f"{label}: {difference(wanted, got)}")
        found += [f"{label}: {info}" for info in logfile.infos(text) if "lost" in info or "missing" in info]
    return found


def kill_again_and_again(stack, chance, until, mutant=""):
    """Each time at a named point, or at any instant."""
    while time.monotonic() < until:
        faults = {"FAULT_MUTANT": mutant}
        if chance.random() < 0.7:
            faults |= {"FAULT_POINT": chance.choice(FAULTS), "FAULT_COUNT": chance.randrange(1, 12)}
        stack.start_again(**faults)
        deadline = time.monotonic() + chance.uniform(0.5, 2)
        with contextlib.suppress(AssertionError):
            wait_until(lambda: stack.has_died("loggerd"), "the fault", max(0, deadline - time.monotonic()))
        stack.kill("loggerd")
        print(faults, file=open(stack.folder / "kills", "a", encoding="utf-8"))


def let_it_finish(stack):
    stack.finish()
    stack.faults = {}
    stack.start("loggerd")
    wait_until(stack.is_settled, "the logs to be complete")


def test_kills_a_full_disk_and_a_stop_neither_lose_nor_repeat_a_byte(torture, chance):
    stack = torture(lambda: anything(chance))
    stack.kill("loggerd")
    third = SECONDS / 3
    kill_again_and_again(stack, chance, time.monotonic() + third)

    stack.start_again()
    stack.refuse()
    threading.Event().wait(min(5, third / 2))
    stack.disk.unlink()
    stack.running["loggerd"].send_signal(signal.SIGSTOP)
    threading.Event().wait(min(5, third / 2))
    stack.running["loggerd"].send_signal(signal.SIGCONT)
    stack.kill("loggerd")

    kill_again_and_again(stack, chance, time.monotonic() + third)
    let_it_finish(stack)
    assert faults_of(stack) == []
    assert any(name.endswith(".2.log") for name in stack.parts_of("S0")), "no file was full"
    assert list(stack.logs.glob("*.zst")), "nothing was compressed"
    assert sum(len(board.said) for board in stack.boards.values()) > BOARDS * RATE * SECONDS / 4, "hardly anything was said"


def test_a_loggerd_that_does_not_cut_its_files_back_is_found_out(torture, chance):
    stack = torture(lambda: anything(chance))
    stack.kill("loggerd")
    kill_again_and_again(stack, chance, time.monotonic() + min(SECONDS, 6), mutant="no truncate")
    let_it_finish(stack)
    assert faults_of(stack), "the test above would not notice either"


def is_told(text, line):
    """Follows a log of numbered lines: every hole has a word beside it. Returns what is not told of."""
    last, damaged, told, untold, begun = None, None, False, [], b""
    for time_of, kind, content in logfile.parse(text):
        if kind == "INFO" and b"missing" in content:
            told, damaged, begun = True, None, b""
        if kind != "RX":
            continue
        if content.endswith(b"\\"):  # cut: on a loaded machine a line may pause like a prompt
            begun += content[:-1]
            continue
        content, begun = begun + content, b""
        if content in LAST_WORD.splitlines():
            continue
        found = line.fullmatch(content)
        if not found and not told:
            damaged = f"{time_of} {content[:60]!r}"
        if not found:
            continue
        number = int(found[1])
        if damaged or (last is not None and number != last + 1 and not told):
            untold.append(f"{time_of}: {last} is followed by {number} {damaged or ''}")
        last, damaged, told = number, None, False
    return untold + ([damaged] if damaged else [])


def test_what_a_killed_bridged_loses_is_said_and_its_history_survives(torture):
    counts = iter(range(10**9))
    line = re.compile(rb"n=(\d+) [a-z]+")
    numbers = {}

    def next_line():
        me = threading.get_ident()
        numbers.setdefault(me, iter(range(10**9)))
        next(counts)
        return b"n=%d %s\r\n" % (next(numbers[me]), b"abcdefghijklmnopqrstuvwxyz" * 3)

    stack = torture(next_line)
    for label in stack.boards:
        stack.wait_slot(label, running=True)
    bus = Bus(stack.runtime)
    epochs = {label: bus.ask("serial.replay", slot=label)["epoch"] for label in stack.boards}
    bus.close()
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        threading.Event().wait(min(3, SECONDS / 4))
        stack.kill("bridged")
        stack.start("bridged")
        for label in stack.boards:
            stack.wait_slot(label, running=True)
    let_it_finish_without_a_kill(stack)
    bus = Bus(stack.runtime)
    assert {label: bus.ask("serial.replay", slot=label)["epoch"] for label in stack.boards} == epochs
    bus.close()
    assert {label: untold for label in stack.boards if (untold := is_told(stack.log_of(label), line))} == {}
    assert all(b"n=100 " in stack.log_of(label) for label in stack.boards)


def let_it_finish_without_a_kill(stack):
    stack.finish()
    wait_until(stack.is_settled, "the logs to be complete")
