"""scripts/run, the way a newcomer uses it: what it prints, what it supervises, how it fails."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess

import pytest
import serial

from rig import BUILD, PATIENCE, TOP, free_port, wait_until


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
        self.out = open(folder / "run.out", "wb")
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=self.out,
                                        stderr=subprocess.STDOUT,
                                        # A background job of a shell ignores SIGINT, and so would all it starts.
                                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
                                        env={**os.environ, "RFC2217_BUILD": str(BUILD), **(env or {})})

    def said(self):
        return (self.folder / "run.out").read_text()

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
        return [name for name in ("hotplugd", "bridged", "loggerd", "portald") if self.pid_of(name)]


@pytest.fixture
def run(folder):
    made = []

    def start(*options, **more):
        made.append(Run(folder, *options, **more))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.process.terminate()
            one.process.wait(PATIENCE)
        one.out.close()
        assert one.children() == []


def test_it_ends_in_ready_with_a_table_of_urls_and_the_portal(run):
    started = run().wait_ready()
    said = started.said()
    for label, port in zip(("SIM-A", "SIM-B"), started.ports):
        assert re.search(rf"^{label} +idle .* rfc2217://127\.0\.0\.1:{port}$", said, re.MULTILINE), said
    assert f"http://127.0.0.1:{started.http}/" in said
    assert said.rstrip().splitlines()[-1] == "ready"


def test_the_simulated_boards_answer(run):
    started = run().wait_ready()
    with serial.serial_for_url(f"rfc2217://127.0.0.1:{started.ports[0]}", baudrate=115200, timeout=20) as port:
        port.write(b"crash\n")
        assert b"Guru Meditation" in port.read_until(b"is up")
        port.write(b"hello\n")
        assert port.read_until(b"echo: hello").endswith(b"echo: hello")


@pytest.mark.parametrize("victim", ["hotplugd", "bridged", "loggerd", "portald"])
def test_a_daemon_that_dies_is_started_again(run, victim):
    started = run().wait_ready()
    before = started.pid_of(victim)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: started.pid_of(victim) not in (None, before), f"{victim} again")
    assert f"{victim} ended (signal 9), starting it again" in started.said()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_of_it(folder, run, how):
    started = run().wait_ready()
    started.process.send_signal(how)
    assert started.process.wait(PATIENCE) in (130, 143)
    wait_until(lambda: started.children() == [], "the daemons to end")
    assert not (folder / "run/dev/sim-a").is_symlink()


def test_killing_the_script_leaves_nothing_behind(run):
    started = run().wait_ready()
    started.process.kill()
    started.process.wait(PATIENCE)
    wait_until(lambda: started.children() == [], "the daemons to end")


def fails(started, *words):
    code = started.process.wait(PATIENCE)
    said = started.said().strip()
    assert code not in (0, None) and len(said.splitlines()) == 1, (code, said)
    for word in words:
        assert word in said, said
    assert started.children() == []


def test_a_serial_port_in_use_is_one_clear_line(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        fails(run(ports=(port, free_port())), str(port), "SIM-A", "in use")


def test_the_portals_port_in_use_is_one_clear_line(run, folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        fails(run("--http-port", port), str(port), "in use")


def test_a_bad_slots_file_is_one_clear_line(run, folder):
    (folder / "slots.json").write_text('{"slots": [{"label": "A", "slot_key": "x", "tcp_port": 80}]}')
    fails(run(), "slots.json", "tcp_port", "80")


def test_a_missing_file_and_an_unknown_option_are_told(run, folder):
    fails(run("--settings", folder / "nowhere.json"), "nowhere.json")


def test_an_unknown_option_is_told(run):
    started = run("--nonsense")
    fails(started, "--nonsense")
    assert started.process.returncode == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_told(run):
    fails(run("--log-dir", "/proc/nowhere"), "/proc/nowhere")
