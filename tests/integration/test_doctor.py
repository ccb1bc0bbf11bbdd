"""`rfc2217ctl doctor` with real daemons, a board on a pty and somebody who is in the way."""
import json
import os
import socket
import subprocess
import sys

import pytest

from rig import Stack, free_port, wait_until
from tools import CTL, NOBODY, run


class Patient:
    """The daemons with one slot, "Bench 1"; nobody but bridged has its tty open."""

    def __init__(self, folder, board, port):
        self.tty, self.port = board.path, port
        self.stack = Stack(folder, {"slots": [{"label": "Bench 1", "devnode": str(board.path), "tcp_port": port}]})
        self.others = []

    def start(self, state):
        self.stack.start()
        wait_until(lambda: self.json()[1]["state"] == state, f"the slot to be {state}")
        return self

    def doctor(self, *options, slot="Bench 1", **more):
        return run(CTL, "doctor", slot, "--runtime-dir", self.stack.runtime, "--slots", self.stack.slots_file,
                   *options, **more)

    def json(self):
        said = self.doctor("--json")
        return said.returncode, json.loads(said.stdout)

    def hold(self):
        """Somebody else opens the tty, without a claim to it."""
        with open(self.tty, "rb", buffering=0) as tty:
            self.others.append(subprocess.Popen(["sleep", "1000"], stdin=tty))
        return self.others[-1].pid

    def close(self):
        for other in self.others:
            other.kill()
            other.wait(60)
        self.stack.stop()


@pytest.fixture
def patient(folder, boards):
    board = boards["a"]
    made = Patient(folder, board, free_port())
    # The board's own side keeps a descriptor of the tty, as a UART does not.
    kept = subprocess.Popen(["sleep", "1000"], stdin=board.tty)
    os.close(board.tty)
    board.tty = os.open(os.devnull, os.O_RDONLY)
    made.keeper = kept.pid
    yield made
    made.close()
    kept.kill()
    kept.wait(60)


def strangers(answer, what):
    return [one for one in answer[what] if not one["is_bridged"]]


def test_what_is_well_is_said_to_be_so(patient):
    patient.start("idle")
    os.kill(patient.keeper, 9)
    wait_until(lambda: not strangers(patient.json()[1], "holders"), "its keeper to be gone")
    code, answer = patient.json()
    assert code == 0, answer
    said = patient.doctor()
    assert "nothing is wrong" in said.stdout
    assert said.stdout.count("bridged (pid") == 2 and said.stdout.count("as it should be") == 2


def test_who_has_the_tty_is_named_with_pid_program_user_and_command(patient):
    patient.start("idle")
    pid = patient.hold()
    code, answer = patient.json()
    assert code == 1
    [found] = [one for one in strangers(answer, "holders") if one["pid"] == pid]
    assert (found["program"], found["command"]) == ("sleep", "sleep 1000")
    said = patient.doctor(slot="Bench-1").stdout  # by its id
    assert f"sleep (pid {pid}, user {found['user']}) has {patient.tty} open" in said
    assert f"sudo kill {pid}" in said


def test_who_has_the_port_is_named(patient):
    with socket.create_server(("127.0.0.1", patient.port)):
        patient.start("error")
        code, answer = patient.json()
        assert code == 1
        assert [one["pid"] for one in strangers(answer, "listeners")] == [os.getpid()]
        assert f"(pid {os.getpid()}" in patient.doctor().stdout


# Opens ptys of a devpts of its own until one has the number that is wanted.
CONTAINER = """
import os, sys
ends = [os.openpty() for _ in range(int(sys.argv[1]) + 1)]
print(os.ttyname(ends[-1][1]), flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(subprocess.run(["unshare", "--map-root-user", "--mount", "true"], check=False).returncode != 0,
                    reason="no namespaces for us here, so no containers")
def test_a_tty_of_a_container_is_another_one(patient):
    patient.start("idle")
    os.kill(patient.keeper, 9)
    name = os.readlink(patient.tty)
    inside = 'mount -t devpts -o newinstance,ptmxmode=666 devpts /dev/pts && mount --bind /dev/pts/ptmx /dev/ptmx && exec "$@"'
    container = subprocess.Popen(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", inside, "sh", sys.executable, "-c", CONTAINER, name.split("/")[-1]],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with container:
        assert container.stdout.readline().strip() == name
        wait_until(lambda: patient.json()[0] == 0, "nothing to be wrong")


def test_without_bridged_it_says_so_and_still_names_who_has_the_tty(patient):
    patient.start("idle")
    patient.stack.kill("bridged")
    pid = patient.hold()
    code, answer = patient.json()
    assert code == 3
    assert (answer["state"], answer["tcp_port"]) == ("unknown", patient.port)
    assert pid in [one["pid"] for one in answer["holders"]]
    assert "sudo systemctl start rfc2217.target" in answer["silent"]["bridged"]


def test_without_any_daemon_it_goes_by_slots_json(patient):
    pid = patient.hold()
    code, answer = patient.json()
    assert code == 3
    assert sorted(answer["silent"]) == ["bridged", "hotplugd", "loggerd", "portald"]
    assert pid in [one["pid"] for one in answer["holders"]]
    patient.stack.slots_file.unlink()
    said = patient.doctor()
    assert (said.returncode, said.stdout) == (3, "")
    assert said.stderr.count("\n") == 1


@pytest.fixture
def well(patient):
    """One that nothing is wrong with, yet."""
    patient.start("idle")
    os.kill(patient.keeper, 9)
    wait_until(lambda: not strangers(patient.json()[1], "holders"), "its keeper to be gone")
    return patient


def unplug(patient):
    patient.tty.unlink()


def flap(patient):
    """Until it is left alone, which it is not for long: to be staged anew for each look."""
    end = patient.tty.readlink()
    def state():
        return patient.stack.slot("Bench 1")["state"]
    for _ in range(30):
        if state() == "flapping":
            return
        patient.tty.unlink()
        wait_until(lambda: state() in ("empty", "flapping"), "the board to be gone")
        patient.tty.symlink_to(end)
        wait_until(lambda: state() in ("idle", "flapping", "error"), "the board to be back")


def connect(patient):
    patient.client = socket.create_connection(("127.0.0.1", patient.port))


def ask(patient, action, **body):
    assert patient.stack.post(f"/api/slots/Bench-1/{action}", body)[0] == 200


# fault -> (how it is staged, kind, what has to be said of it, exit code)
FAULTS = {
    "the board is unplugged": (unplug, "note", "nothing is plugged in there", 0),
    "somebody stopped it": (lambda p: ask(p, "stop"), "note", "stopped by hand", 0),
    "another client is connected": (connect, "note", "in use by 127.0.0.1:", 0),
    "a CI job has claimed it": (lambda p: ask(p, "claim", owner="ci-7", ttl_s=60), "note", "claimed by ci-7 until", 0),
    "a program has the tty": (lambda p: p.hold(), "problem", "beside bridged, and takes some of what the board says", 1),
    "slots.json was edited and is wrong": (lambda p: p.stack.slots_file.write_text('{"slots": [}'), "problem", "slots.json:1:12: syntax error", 1),
    "the board comes and goes": (flap, "problem", "another cable", 1),
    "bridged was killed": (lambda p: p.stack.kill("bridged"), "problem", "bridged does not run", 3),
    "bridged hangs": (lambda p: p.stack.running["bridged"].send_signal(19), "problem", "bridged does not answer", 3),
    "hotplugd was killed": (lambda p: p.stack.kill("hotplugd"), "problem", "hotplugd does not run", 3),
    "loggerd was killed": (lambda p: p.stack.kill("loggerd"), "problem", "loggerd does not run", 3),
    "portald was killed": (lambda p: p.stack.kill("portald"), "problem", "portald does not run", 3),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_staged_fault_is_named(well, fault):
    stage, kind, said, exit_code = FAULTS[fault]
    stage(well)

    def look(slots):
        """What it says of the fault, if that is right and its exit code, too."""
        if stage is flap:
            flap(well)
        done = run(CTL, "--json", "doctor", *slots, "--runtime-dir", well.stack.runtime, "--slots", well.stack.slots_file)
        answer = json.loads(done.stdout)
        for one in answer if isinstance(answer, list) else [answer]:
            assert one["label"] == "Bench 1"
            named = [f for f in one["findings"] if f["kind"] == kind and said in f["text"] + f["step"]]
            if len(named) == 1 and done.returncode == exit_code:
                return named
        return None

    try:
        for slots in (["Bench 1"], []):
            wait_until(lambda: look(slots), f"{said!r} and exit code {exit_code}")
    finally:
        for daemon in well.stack.running.values():
            daemon.send_signal(18)  # SIGCONT, or it would not end


def test_a_slot_that_there_is_not_is_wrong_usage(patient):
    patient.start("idle")
    said = patient.doctor(slot="Bench 2")
    assert said.returncode == 2
    assert "Bench 1" in said.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to become somebody else")
def test_without_root_it_says_that_it_may_not_see_all(patient, folder):
    patient.start("idle")
    folder.chmod(0o755)
    operator = patient.doctor(user=NOBODY)  # still of the sockets' group
    assert operator.returncode == 0
    assert "not every process could be looked into" in operator.stdout
    assert "sudo rfc2217ctl doctor Bench-1" in operator.stdout
    stranger = patient.doctor(user=NOBODY, group=NOBODY, extra_groups=[])
    assert stranger.returncode == 3
    assert "permission denied; run this with sudo" in stranger.stdout


@pytest.mark.parametrize("words", [[], ["nonsense"], ["doctor", "A", "--nonsense"]])
def test_wrong_usage_is_2(words):
    assert run(CTL, *words).returncode == 2
