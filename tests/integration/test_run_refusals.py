"""What scripts/run refuses, in one clear line each, with nothing left running."""
import grp
import json
import os
import pty

import pytest

from rig import free_port
from run_script import fails, program


def test_a_bad_slots_file_is_one_clear_line(run, folder):
    (folder / "slots.json").write_text('{"slots": [{"label": "A", "slot_key": "x", "tcp_port": 80}]}')
    fails(run(), "slots.json", "tcp_port", "80")


def test_a_missing_file_and_an_unknown_option_are_told(run, folder):
    fails(run("--settings", folder / "nowhere.json"), "nowhere.json")


def test_an_unknown_option_is_told(run):
    started = run("--nonsense")
    fails(started, "--nonsense")
    assert started.process.returncode == 2


@pytest.mark.parametrize("port", ["", "x", "-1", "0", "08080", "70000", "8080 "])
def test_a_port_that_is_none_is_told_with_the_range(run, port):
    started = run("--http-port", port)
    fails(started, "--http-port", "1 to 65535", f"'{port}'")
    assert started.process.returncode == 2


@pytest.mark.parametrize("log_dir, reason", [("file/log", "Not a directory"), ("n" * 300, "File name too long")])
def test_a_folder_that_cannot_be_made_is_told_with_the_reason(run, folder, log_dir, reason):
    (folder / "file").touch()
    fails(run("--log-dir", folder / log_dir), f"cannot make the folder {folder / log_dir}: {reason}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_told(run, folder):
    (folder / "closed").mkdir(0o555)
    fails(run("--log-dir", folder / "closed/log"), "cannot make the folder", "closed/log: Permission denied")
    fails(run("--log-dir", folder / "closed"), "cannot write to the folder", "closed: no permission")


@pytest.fixture
def closed_tty(folder):
    """A tty that only its group may open. We are in that group; an `id` in the way denies it."""
    end, tty = pty.openpty()
    name = os.ttyname(tty)
    os.chmod(name, 0o060)
    (folder / "slots.json").write_text(json.dumps({"slots": [{"label": "A", "devnode": name, "tcp_port": free_port()}]}))
    yield name
    os.close(tty)
    os.close(end)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open anything")
@pytest.mark.parametrize("member", [False, True])
def test_a_tty_of_a_group_that_one_is_not_in_is_told_with_the_remedy(run, folder, closed_tty, member):
    group = grp.getgrgid(os.stat(closed_tty).st_gid).gr_name
    program(folder / "bin/id", f"echo users {group if member else ''}\n")
    denied = run("--no-sim", env={"PATH": f"{folder}/bin:{os.environ['PATH']}"})
    fails(denied, f"A: open {closed_tty}: Permission denied")
    remedy = f"add yourself to the group {group}: sudo usermod -aG {group} $USER, then log in again"
    assert (remedy in denied.said()) != member, denied.said()
