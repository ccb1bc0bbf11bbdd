"""One scripts/run in a folder of its own, and what it has to say of itself."""
import json
import os
import pathlib
import signal
import subprocess

from rig import BUILD, DAEMONS, PATIENCE, TOP, free_port, wait_until


class Run:
    """One scripts/run with everything in a folder, on free ports."""

    def __init__(self, folder, *options, ports=None, env=None):
        self.folder, self.http = folder, free_port()
        self.ports = ports or (free_port(), free_port())
        self.slots = folder / "slots.json"
        if not self.slots.exists():
            self.slots.write_text(json.dumps({"slots": [
                {"label": f"SIM-{n.upper()}", "devnode": f"{folder}/run/dev/sim-{n}", "tcp_port": port}
                for n, port in zip("ab", self.ports)]}))
        command = [TOP / "scripts/run", "--no-build", "--runtime-dir", folder / "run", "--log-dir", folder / "log",
                   "--slots", self.slots, "--http-port", self.http, "--bind", "127.0.0.1", *options]
        self.out_file = folder / f"run-{self.http}.out"
        self.out = open(self.out_file, "wb")
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=self.out,
                                        stderr=subprocess.STDOUT,
                                        # A background job of a shell ignores SIGINT, and so would all it starts.
                                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
                                        env={**os.environ, "RFC2217_BUILD": str(BUILD), **(env or {})})

    def said(self):
        return self.out_file.read_text()

    def wait_ready(self):
        wait_until(lambda: "\nready\n" in self.said() or self.process.poll() is not None, "ready")
        assert self.process.poll() is None, self.said()
        return self

    def pid_of(self, daemon):
        """Of a daemon of this run, by its command line."""
        for proc in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (proc / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[0].endswith(b"/" + daemon.encode()) and str(self.folder / "run").encode() in words:
                return int(proc.name)
        return None

    def children(self):
        return [name for name in DAEMONS if self.pid_of(name)]


def says_one_line(started, *words):
    code = started.process.wait(PATIENCE)
    said = started.said().strip()
    assert code not in (0, None) and len(said.splitlines()) == 1, (code, said)
    for word in words:
        assert word in said, said


def fails(started, *words):
    says_one_line(started, *words)
    assert started.children() == []


def program(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + lines)
    path.chmod(0o755)
