"""Real daemons and boards on ptys for the integration tests: Stack, Board, wait_until."""
import contextlib
import fcntl
import json
import os
import pathlib
import pty
import random
import re
import select
import signal
import socket
import subprocess
import tempfile
import time
import tty
import urllib.error
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("RFC2217_BUILD", TOP / "build/dev"))
SANITIZED = re.search("asan|tsan", str(BUILD)) is not None  # slower, and what was freed is kept
DAEMONS = ("hotplugd", "bridged", "loggerd", "portald")
LOG_FILE = re.compile(r"(.*)_(\d{4}-\d\d-\d\d)(?:\.(\d+))?\.log")
PATIENCE = 60  # seconds until a condition is given up; never an expectation of speed


def wait_until(condition, what, patience=PATIENCE):
    """Returns the first true value of condition(); fails naming what was waited for."""
    deadline = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {patience} s in vain for: {what}"
        time.sleep(0.02)


def launch(command, out):
    """A daemon that ends with us, however we end: one that stayed behind would open the ttys of whoever runs next."""
    return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *command], stdin=subprocess.DEVNULL, stdout=out, stderr=out)


_given_ports = set()
_port_locks = None


def free_port():
    """Below the ephemeral range, so that no outgoing connection takes it meanwhile; never the same twice, in no process
    that runs tests: a lock of one byte in a file is held for as long as the process lives."""
    global _port_locks
    if _port_locks is None:
        _port_locks = open(pathlib.Path(tempfile.gettempdir()) / f"rfc2217-ports-{os.getuid()}", "a+b")
    while True:
        port = random.randrange(10000, 22000)
        if port in _given_ports:
            continue
        with contextlib.suppress(OSError), socket.socket() as probe:
            fcntl.lockf(_port_locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
            probe.bind(("0.0.0.0", port))
            _given_ports.add(port)
            return port


class Board:
    """A serial board as its firmware sees it: a pty whose tty appears at a path."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.come_back()

    def come_back(self):
        """Plugged in with a tty of its own, which may have another number than before."""
        self.end, self.tty = pty.openpty()
        tty.setraw(self.tty)
        os.set_blocking(self.end, False)
        self.plug()

    def plug(self):
        beside = self.path.with_suffix(".new")
        beside.symlink_to(os.ttyname(self.tty))
        beside.rename(self.path)

    def vanish(self):
        """As a USB adapter that is pulled out: who has the tty open is hung up on."""
        self.path.unlink(missing_ok=True)
        os.close(self.end)
        os.close(self.tty)
        self.end = self.tty = None

    def unplug(self):
        self.path.unlink()

    def say(self, data, patience=PATIENCE):
        deadline = time.monotonic() + patience
        while data:
            _, writable, _ = select.select([], [self.end], [], 0.5)
            if writable:
                data = data[os.write(self.end, data[:4096]):]
            assert time.monotonic() < deadline, "nobody drains the board"

    def hear(self, until, patience=PATIENCE):
        """What was sent to the board, up to and including `until`."""
        heard = b""
        deadline = time.monotonic() + patience
        while until not in heard:
            readable, _, _ = select.select([self.end], [], [], 0.5)
            if readable:
                heard += os.read(self.end, 65536)
            assert time.monotonic() < deadline, f"the board heard only {heard[-200:]!r}, not {until!r}"
        return heard

    def take(self, size, patience=PATIENCE):
        """So many bytes of what was sent to the board, or more if they are there."""
        heard = bytearray()
        deadline = time.monotonic() + patience
        while len(heard) < size:
            if select.select([self.end], [], [], 0.5)[0]:
                heard += os.read(self.end, 65536)
            assert time.monotonic() < deadline, f"the board heard only {len(heard)} of {size} bytes"
        return bytes(heard)

    def drain(self):
        """What was sent to the board so far and not heard yet."""
        heard = b""
        while True:
            try:
                heard += os.read(self.end, 65536)
            except BlockingIOError:
                return heard

    def close(self):
        if self.end is not None:
            self.vanish()


class Stack:
    """The four daemons, in a folder of their own."""

    def __init__(self, folder, slots, settings=None):
        self.folder = pathlib.Path(folder)
        self.runtime, self.logs = self.folder / "run", self.folder / "log"
        for made in (self.runtime, self.logs):
            made.mkdir(exist_ok=True)
        self.slots_file = self.folder / "slots.json"
        self.slots_file.write_text(json.dumps(slots))
        self.settings_file = self.folder / "settings.json"
        self.settings_file.write_text(json.dumps(settings or {}))
        self.answers_anybody = "access" not in (settings or {}) and "tls" not in (settings or {}).get("portal", {})
        self.http = free_port()
        self.running = {}

    def command(self, name):
        more = {"loggerd": ["--log-dir", self.logs], "bridged": ["--bind", "127.0.0.1"],
                "portald": ["--bind", "127.0.0.1", "--http-port", self.http,
                            "--web-dir", TOP / "services/portald/web"]}
        return [str(word) for word in [
            BUILD / "services" / name / name, "--slots", self.slots_file, "--settings", self.settings_file,
            "--runtime-dir", self.runtime, "--state-dir", self.folder / "state", *more.get(name, [])]]

    def start(self, *names):
        """Starts them side by side and waits until each is ready, or has ended; all of them: until they know each other."""
        before = {name: len(self.said(name)) for name in names or DAEMONS}
        for name in before:
            with open(self.folder / f"{name}.out", "ab") as out:
                self.running[name] = launch(self.command(name), out)
        for name, said in before.items():
            wait_until(lambda n=name, s=said: " ready\n" in self.said(n)[s:] or self.running[n].poll() is not None,
                       f"{name} to be ready")
        if not names and self.answers_anybody:
            wait_until(lambda: any(one.poll() is not None for one in self.running.values())
                       or self.get("/healthz")["status"] == "ok", "the portal to have heard of all")
        return self

    def kill(self, name, how=signal.SIGKILL):
        process = self.running.pop(name)
        process.send_signal(how)
        return process.wait(PATIENCE)

    def stop(self):
        """Ends what runs, as systemd would, and returns the exit codes."""
        for process in self.running.values():
            process.terminate()
        codes = {name: process.wait(PATIENCE) for name, process in self.running.items()}
        self.running = {}
        return codes

    def said(self, name):
        out = self.folder / f"{name}.out"
        return out.read_text(errors="replace") if out.exists() else ""

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=PATIENCE) as answer:
            return json.load(answer)

    def post(self, path, body):
        """(status, answer)"""
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}{path}", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def slot(self, label):
        """One slot of /api/devices, or None while the portal or the slot is not there."""
        try:
            found = [s for s in self.get("/api/devices")["slots"] if s["label"] == label]
        except OSError:
            return None
        return found[0] if found else None

    def wait_slot(self, label, **expected):
        def matches():
            slot = self.slot(label)
            return slot if slot and all(slot[k] == v for k, v in expected.items()) else None
        return wait_until(matches, f"{label} with {expected}; it is {self.slot(label)}")

    def log_parts(self, board="*"):
        """A board's files in the order of their days and parts, as they are called before they are compressed."""
        names = {f.name.removesuffix(".zst") for f in self.logs.glob(f"{board}.log*") if not f.name.endswith(".new")}
        return sorted(names, key=lambda name: (lambda m: (m[1], m[2], int(m[3] or 1)))(LOG_FILE.fullmatch(name)))

    def part_text(self, name):
        """One file's text, however it is there at this instant."""
        try:
            return (self.logs / name).read_bytes()
        except FileNotFoundError:
            return subprocess.run(["zstd", "-q", "-d", "-c", self.logs / (name + ".zst")],
                                  stdout=subprocess.PIPE, check=True).stdout

    def log_text(self, board="*"):
        """All log files, joined."""
        return b"".join(map(self.part_text, self.log_parts(board)))
