"""`DESTDIR=… cmake --install build/release --prefix /usr`: everything that a Pi needs, where it belongs."""
import os
import re
import subprocess
import urllib.request

import pytest

from rig import BUILD, DAEMONS, Stack, wait_until

pytestmark = pytest.mark.skipif(BUILD.name != "release", reason="what is installed is the release build")


@pytest.fixture
def root(folder):
    subprocess.run(["cmake", "--install", BUILD, "--prefix", "/usr"], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "DESTDIR": str(folder / "root")})
    return folder / "root"


@pytest.mark.parametrize("path", [
    *(f"usr/libexec/rfc2217/{name}" for name in DAEMONS),
    *(f"usr/lib/systemd/system/rfc2217-{unit}.service" for unit in ("hotplug", "bridge", "logger", "portal")),
    "usr/lib/systemd/system/rfc2217.target", "usr/lib/udev/rules.d/99-rfc2217.rules",
    "usr/lib/sysusers.d/rfc2217.conf", "usr/lib/tmpfiles.d/rfc2217.conf",
    "usr/bin/rfc2217-learn-slots", "usr/bin/rfc2217ctl", "usr/bin/rfc2217-udev-notify", "usr/libexec/rfc2217/slot-link",
    "usr/share/man/man1/rfc2217-learn-slots.1", "usr/share/man/man1/rfc2217ctl.1",
    "usr/share/man/man8/rfc2217-udev-notify.8", "usr/share/doc/rfc2217/examples/98-rfc2217-notify.rules", "usr/share/doc/rfc2217/examples/monitor.py",
    "usr/share/bash-completion/completions/rfc2217ctl", "usr/share/zsh/vendor-completions/_rfc2217ctl",
    "usr/share/fish/vendor_completions.d/rfc2217ctl.fish",
    "usr/share/rfc2217/slots.json", "usr/share/rfc2217/settings.json", "usr/share/rfc2217/web/index.html",
])
def test_it_installs(root, path):
    assert (root / path).is_file()


def test_nothing_lands_beside_usr(root):
    assert [entry.name for entry in root.iterdir()] == ["usr"]


def test_the_units_start_programs_that_are_there(root):
    for unit in (root / "usr/lib/systemd/system").glob("*.service"):
        program = re.search(r"^ExecStart=(\S+)", unit.read_text(), re.MULTILINE)[1]
        ours = root / program.lstrip("/")
        assert os.access(ours if "rfc2217" in program else program, os.X_OK), program


def test_the_udev_rules_run_a_program_that_is_there(root):
    rules = (root / "usr/lib/udev/rules.d/99-rfc2217.rules").read_text()
    programs = set(re.findall(r'PROGRAM=="(\S+)', rules))
    assert programs == {"/usr/libexec/rfc2217/slot-link"}
    assert os.access(root / programs.pop().lstrip("/"), os.X_OK)


@pytest.mark.parametrize("name", ["rfc2217-learn-slots", "rfc2217ctl", "rfc2217-udev-notify"])
def test_each_command_says_what_it_is(root, name):
    said = subprocess.run([root / "usr/bin" / name, "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(rf"{name} \(rfc2217\) \d+\.\d+\.\d+\n", said.stdout)


@pytest.mark.parametrize("name", DAEMONS)
def test_each_daemon_says_what_it_is(root, name):
    def run(*options):
        return subprocess.run([root / f"usr/libexec/rfc2217/{name}", *options], capture_output=True, text=True)
    assert re.fullmatch(rf"{name} \(rfc2217\) \d+\.\d+\.\d+\n", run("--version").stdout)
    assert "--settings" in run("--help").stdout
    assert run("--nonsense").returncode == 2
    shipped = root / "usr/share/rfc2217"
    good = run("--check-config", "--slots", shipped / "slots.json", "--settings", shipped / "settings.json")
    assert good.returncode == 0, good.stderr


def test_bad_settings_are_named(root, folder):
    (folder / "settings.json").write_text('{"bridge": {"histroy_bytes": 1}}')
    bad = subprocess.run([root / "usr/libexec/rfc2217/bridged", "--check-config", "--settings", folder / "settings.json"],
                         capture_output=True, text=True)
    assert bad.returncode == 78
    for word in ("settings.json", "bridge", "histroy_bytes"):
        assert word in bad.stderr


def test_the_installed_portal_finds_its_page(root, folder):
    stack = Stack(folder, {"slots": []})
    command = stack.command("portald")
    at = command.index("--web-dir")
    del command[at:at + 2]
    command[0] = str(root / "usr/libexec/rfc2217/portald")
    portal = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        def page():
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{stack.http}/", timeout=10).read()
            except OSError:
                return None
        assert b"<html" in wait_until(page, "the page")
    finally:
        portal.terminate()
        portal.wait(60)
