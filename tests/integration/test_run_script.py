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


@pytest.fixture
def run(folder):
    made = []

    def start(*options, within=folder, **more):
        within.mkdir(exist_ok=True)
        made.append(Run(within, *options, **more))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.process.terminate()
            one.process.wait(PATIENCE)
        one.out.close()
    assert [one.children() for one in made if one.children()] == []


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


@pytest.mark.parametrize("victim", DAEMONS)
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


def test_a_daemon_that_does_not_end_is_killed(run):
    started = run().wait_ready()
    os.kill(started.pid_of("portald"), signal.SIGSTOP)  # it takes no SIGTERM now
    started.process.terminate()
    try:
        assert started.process.wait(PATIENCE) == 143
        assert "portald does not end, killing it" in started.said()
        assert started.children() == []
    finally:
        if left := started.pid_of("portald"):
            os.kill(left, signal.SIGKILL)


def test_loggerd_is_told_to_end_when_bridged_has_ended(run):
    started = run().wait_ready()
    stopped = [started.pid_of(name) for name in ("loggerd", "bridged")]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)  # what is sent now stays pending
    started.process.terminate()
    wait_until(lambda: not {"hotplugd", "portald"} & set(started.children()), "the others to end")
    status = pathlib.Path(f"/proc/{stopped[0]}/status").read_text()
    told = int(re.search(r"^ShdPnd:\s+(\w+)$", status, re.MULTILINE)[1], 16) >> (signal.SIGTERM - 1) & 1
    assert not (told and started.pid_of("bridged"))
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    assert started.process.wait(PATIENCE) == 143


def test_a_run_right_after_a_killed_one_becomes_ready(run):
    first = run().wait_ready()
    first.process.kill()
    first.process.wait(PATIENCE)
    run().wait_ready()


def test_killing_the_script_leaves_nothing_behind(run):
    started = run().wait_ready()
    started.process.kill()
    started.process.wait(PATIENCE)
    wait_until(lambda: started.children() == [], "the daemons to end")


def says_one_line(started, *words):
    code = started.process.wait(PATIENCE)
    said = started.said().strip()
    assert code not in (0, None) and len(said.splitlines()) == 1, (code, said)
    for word in words:
        assert word in said, said


def fails(started, *words):
    says_one_line(started, *words)
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


def program(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + lines)
    path.chmod(0o755)


def test_the_portal_of_another_run_is_not_taken_for_its_own(run, folder):
    first = run().wait_ready()
    program(folder / "slow/services/portald/portald", f'sleep 2; exec {BUILD}/services/portald/portald "$@"\n')
    for same in ("tools", "services/hotplugd", "services/bridged", "services/loggerd"):
        (folder / "slow" / same).symlink_to(BUILD / same)
    second = run("--http-port", first.http, within=folder / "second", env={"RFC2217_BUILD": str(folder / "slow")})
    fails(second, str(first.http), "in use")


def test_a_second_run_in_a_folder_leaves_the_first_ones_boards(run, folder):
    first = run().wait_ready()
    board, said = os.readlink(folder / "run/dev/sim-a"), (folder / "run/bridged.out").read_text()
    says_one_line(run(), "already", f"{folder}/run")
    assert os.readlink(folder / "run/dev/sim-a") == board
    assert (folder / "run/bridged.out").read_text().startswith(said)
    with serial.serial_for_url(f"rfc2217://127.0.0.1:{first.ports[0]}", timeout=20) as port:
        port.write(b"hello\n")
        assert port.read_until(b"echo: hello").endswith(b"echo: hello")


def served_by_default(folder, *options, path=""):
    """The slots that daemons are given without --slots, told by stubs: the ports would be 4001 and 4002."""
    for name in DAEMONS:
        program(folder / f"build/services/{name}/{name}",
                'while [ "$1" != --slots ]; do shift; done\ntr -d "\\n" <"$2"\n')
    program(folder / "build/tools/boardsim/boardsim", "exec sleep 60\n")
    result = subprocess.run([TOP / "scripts/run", "--no-build", "--runtime-dir", folder / "run", "--log-dir",
                             folder / "log", *options], capture_output=True, text=True, timeout=PATIENCE,
                            env={**os.environ, "RFC2217_BUILD": str(folder / "build"),
                                 "PATH": path + os.environ["PATH"]})
    assert result.returncode not in (0, 2) and not result.stdout  # a stub has ended
    return result.stderr.removeprefix("scripts/run: ")


def test_no_sim_is_not_remembered(folder):
    def labels(*options):
        return [slot["label"] for slot in json.loads(served_by_default(folder, *options))["slots"]]
    assert labels("--no-sim") == []
    assert labels() == ["SIM-A", "SIM-B"]
    assert labels("--no-sim") == []


def test_a_start_that_fails_leaves_no_half_slots_file(folder):
    program(folder / "jq", "exit 127\n")
    said = served_by_default(folder, path=f"{folder}:")
    assert not (folder / "run/slots.json").exists()
    assert "slots.json" in said


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
