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
from run_script import fails, program, says_one_line


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
    wait_until(lambda: started.said().endswith("starting it again\n"), "a line about it")
    assert started.said().split("\nready\n")[1] == f"{victim} ended (signal 9), starting it again\n"


def test_daemons_that_die_together_are_all_started_again(run):
    started = run().wait_ready()
    before = {name: started.pid_of(name) for name in DAEMONS}
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    for name in DAEMONS:
        wait_until(lambda name=name: started.pid_of(name) not in (None, before[name]), f"{name} again")
    wait_until(lambda: started.said().count("starting it again\n") == len(DAEMONS), "a line about each")
    lines = started.said().split("\nready\n")[1].splitlines()
    assert sorted(lines) == sorted(f"{name} ended (signal 9), starting it again" for name in DAEMONS)


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


def a_build_with(folder, daemon, lines):
    """As an environment: a build whose DAEMON runs these lines of sh first."""
    program(folder / f"services/{daemon}/{daemon}", f'{lines}\nexec {BUILD}/services/{daemon}/{daemon} "$@"\n')
    for same in ("tools", *(f"services/{name}" for name in DAEMONS if name != daemon)):
        (folder / same).symlink_to(BUILD / same)
    return {"RFC2217_BUILD": str(folder)}


def test_the_portal_of_another_run_is_not_taken_for_its_own(run, folder):
    first = run().wait_ready()
    slow = a_build_with(folder / "slow", "portald", "sleep 2")
    fails(run("--http-port", first.http, within=folder / "second", env=slow), str(first.http), "in use")


@pytest.mark.parametrize("code", [2, 78])
def test_what_stays_wrong_is_not_tried_again(run, folder, code):
    wrong_later = f"[ ! -e {folder}/wrong ] || {{ echo loggerd: as wrong as before; exit {code}; }}"
    started = run(env=a_build_with(folder / "build", "loggerd", wrong_later)).wait_ready()
    (folder / "wrong").touch()
    os.kill(started.pid_of("loggerd"), signal.SIGKILL)
    assert started.process.wait(PATIENCE) == code
    assert started.said().splitlines()[-2:] == ["loggerd ended (signal 9), starting it again",
                                                "scripts/run: loggerd: as wrong as before"]
    assert started.children() == []


def test_wrong_settings_are_one_clear_line_and_their_code(run, folder):
    (folder / "settings.json").write_text('{"bridge": {"histroy_bytes": 1}}')
    started = run("--settings", folder / "settings.json")
    fails(started, "settings.json", "histroy_bytes")
    assert started.process.returncode == 78


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
