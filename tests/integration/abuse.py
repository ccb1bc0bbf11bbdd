"""What test_abuse.py watches bridged with: a witness on another slot, and what the process uses."""
import os
import threading
import time

from desk import wait_until
from telnet import PATIENCE, Peer

TICKS = os.sysconf("SC_CLK_TCK")


class Witness(threading.Thread):
    """Has a slot of its own and talks with its board all the time. A byte lost, a wrong one or a
    silence ends it, and is told by check()."""

    def __init__(self, outlet):
        super().__init__(daemon=True)
        self.outlet, self.rounds, self.fault = outlet, 0, None
        self.ended = threading.Event()
        self.start()
        self.goes_on()

    def run(self):
        try:
            with Peer(self.outlet.port) as peer:
                while not self.ended.is_set():
                    word = b"%d;" % self.rounds
                    peer.send(word)
                    assert self.outlet.board.take(len(word), PATIENCE) == word
                    self.outlet.board.say(word)
                    peer.expect(word)
                    self.rounds += 1
                    time.sleep(0.005)  # so that it does not become the load itself
        except BaseException as fault:
            self.fault = fault

    def goes_on(self):
        """Until it has had ten more rounds."""
        before = self.rounds
        wait_until(lambda: self.fault or self.rounds >= before + 10, "the other slot to serve its client")
        assert self.fault is None, f"on the other slot: {self.fault!r}"

    def stop(self):
        self.ended.set()
        self.join(2 * PATIENCE)
        assert self.fault is None, f"on the other slot: {self.fault!r}"


class Process:
    """bridged, seen through /proc."""

    def __init__(self, pid):
        self.pid = pid

    def _read(self, name):
        with open(f"/proc/{self.pid}/{name}") as file:
            return file.read()

    def alive(self):
        return os.path.exists(f"/proc/{self.pid}") and self._read("stat").rsplit(")")[1].split()[0] != "Z"

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def memory(self):
        """Resident, in KiB."""
        return int(next(line for line in self._read("status").splitlines() if line.startswith("VmRSS")).split()[1])

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def cpu_seconds(self):
        fields = self._read("stat").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
