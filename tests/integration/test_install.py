"""`DESTDIR=… cmake --install build/release --prefix /usr`: everything that a Pi needs, where it belongs."""
import os
import pathlib
import re
import shutil
import subprocess
import urllib.request

import pytest

from rig import BUILD, DAEMONS, TOP, Stack, wait_until

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


def install_sh(folder, *options, uid=0, without=(), version="12", memory=4000, bits=64, free=9000):
    """install.sh on a machine of stubs with so many MB of memory and disk; `changes` is what it has apt and the build do."""
    script, changes = (TOP / "install.sh").read_text(), folder / "changes"
    for path in ("/run/systemd/system", "/etc/os-release", "/proc/meminfo"):
        script = script.replace(path, f"{folder}/{pathlib.PurePath(path).name}")
    program(folder / "install.sh", script)
    program(folder / "scripts/package", f'#!/bin/sh\necho "package $DEB_BUILD_OPTIONS" >>{changes}\n')
    for name, line in {"id": f"echo {uid}", "apt-get": f'echo "$@" >>{changes}', "df": f"echo Avail {free}M", "nproc": "echo 4",
                       "getconf": f"echo {bits}", "dpkg-parsechangelog": "echo 1.2.3", "dpkg": "echo arm64", "npm": "",
                       "dpkg-query": f"cat {folder}/package"}.items():
        if name not in without:
            program(folder / "bin" / name, f"#!/bin/sh\n{line}\n")
    for name in ("awk", "cat", "dirname", "env", "grep", "sed", "tail", "tr"):
        (folder / "bin" / name).symlink_to(shutil.which(name))
    if "systemd" not in without:
        (folder / "system").mkdir()
    (folder / "package").write_text("" if "package" in without else "installed\n")
    (folder / "os-release").write_text(f'VERSION_ID="{version}"\n')
    (folder / "meminfo").write_text(f"MemTotal: {(memory - 100) * 1024} kB\nMemFree: 5 kB\nSwapTotal: {100 * 1024} kB\n")
    done = subprocess.run([folder / "install.sh", *options], capture_output=True, text=True, env={"PATH": f"{folder}/bin"})
    done.changes = changes.read_text().splitlines() if changes.exists() else []
    return done


def program(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.mark.parametrize("machine, reason", [
    ({"uid": 1000}, "run it as root; there is no sudo here"),
    ({"without": ["apt-get"]}, "this is no Debian or Raspberry Pi OS"),
    ({"without": ["systemd"]}, "systemd does not run here"),
    ({"version": "11"}, "this is Debian 11; it needs 12"),
    ({"memory": 599}, "599 MB of memory and swap are too little for the compiler; it needs 600"),
    ({"memory": 399, "bits": 32}, "399 MB of memory and swap are too little for the compiler; it needs 400"),
    ({"free": 1499}, "1499 MB are free on this disk; the build needs 1500"),
])
def test_install_sh_refuses_before_it_changes_anything(folder, machine, reason):
    refused = install_sh(folder, **machine)
    assert refused.returncode == 1 and not refused.stdout and not refused.changes
    assert refused.stderr.startswith(f"install.sh: {reason}") and refused.stderr.count("\n") == 1


@pytest.mark.parametrize("machine, at_once", [({"memory": 600}, 1), ({"memory": 400, "bits": 32}, 1), ({"memory": 2500}, 2),
                                              ({"memory": 8000, "version": "13"}, 4), ({"version": ""}, 3)])
def test_install_sh_builds_as_much_at_once_as_the_memory_takes_and_installs(folder, machine, at_once):
    done = install_sh(folder, **machine)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.changes == [
        "-y -q update", "-y -q install --no-install-recommends dpkg-dev",
        f"-y -q build-dep --no-install-recommends -P nocheck {folder}",
        f"package nocheck noautodbgsym parallel={at_once}", f"-y -q install {folder}/dist/rfc2217_1.2.3_arm64.deb"]


def test_install_sh_uninstalls_and_keeps_what_is_configured(folder):
    done = install_sh(folder, "--uninstall", memory=300, without=["systemd"])
    assert (done.returncode, done.stderr, done.changes) == (0, "", ["-y -q remove rfc2217"])
    assert "/etc/rfc2217" in done.stdout and "purge" in done.stdout


def test_install_sh_uninstalls_only_what_is_installed(folder):
    refused = install_sh(folder, "--uninstall", without=["package"])
    assert (refused.returncode, refused.stderr) == (1, "install.sh: the package rfc2217 is not installed\n")
    assert not refused.changes


def test_install_sh_says_how_it_is_used(folder):
    refused = install_sh(folder, "--help")
    assert refused.returncode == 2 and "--uninstall" in refused.stderr and not refused.changes


def take_over(folder, stubs=None):
    """What postinst does before anything starts, to a Python portal below a folder."""
    script = (TOP / "debian/rfc2217.postinst").read_text().split("#DEBHELPER#")[0]
    script = re.sub(r"(?<![\w/])/(var|etc|run)/", rf"{folder}/\1/", script)
    unit = folder / "etc/systemd/system/rfc2217-portal.service"
    unit.parent.mkdir(parents=True, exist_ok=True)
    unit.write_text("ExecStart=/usr/bin/python3 /usr/local/bin/rfc2217-portal\n")
    for name, line in {"chown": "", **(stubs or {})}.items():
        program(folder / "bin" / name, f"#!/bin/sh\n{line}\n")
    done = subprocess.run(["sh", "-c", script, "postinst", "configure"], capture_output=True, text=True,
                          env={"PATH": f"{folder}/bin:{os.environ['PATH']}"})
    assert done.returncode == 0 and "the Python portal is stopped" in done.stdout, done
    return done


@pytest.fixture
def logs(folder):
    (folder / "var/log/serial").mkdir(parents=True)
    return folder / "var/log/serial"


def test_the_python_portals_logs_are_kept_from_our_retention_once(folder, logs):
    (logs / "FT232R_2025-01-01.log").write_text("of the portal\n")
    kept = folder / "var/log/serial.before-rfc2217"
    assert f"kept in {kept} too" in take_over(folder).stdout
    (logs / "FT232R_2025-01-01.log").unlink()  # as loggerd does
    (logs / "FT232R_2026-01-01.log").write_text("of loggerd\n")
    assert "kept in" not in take_over(folder).stdout
    assert [(file.name, file.read_text()) for file in kept.iterdir()] == [("FT232R_2025-01-01.log", "of the portal\n")]
    assert kept.stat().st_mode & 0o7777 == 0o2750
    assert sorted(entry.name for entry in logs.parent.iterdir()) == ["serial", "serial.before-rfc2217"]


def test_logs_that_cannot_be_kept_are_told_and_stop_nothing(folder, logs):
    (logs / "FT232R_2025-01-01.log").touch()
    said = take_over(folder, {"cp": "echo cp: no links here >&2; exit 1"}).stderr
    assert "log.keep_days" in said and "cp: no links here" in said
    assert [entry.name for entry in logs.parent.iterdir()] == ["serial"]


def test_a_portal_without_logs_leaves_no_folder(folder, logs):
    assert "kept" not in take_over(folder).stdout
    assert [entry.name for entry in logs.parent.iterdir()] == ["serial"]


@pytest.mark.parametrize("known, there, asked_for", [
    (["libboost1.81-dev", "libboost-dev"], None, ["libboost1.81-dev"]),      # Debian 12
    (["libboost1.81-dev", "libboost-dev"], "1.74.0.3", ["libboost1.81-dev"]),
    (["libboost-dev"], None, ["libboost-dev"]),                              # 13
    (["libboost-dev"], "1.83.0.2+b2", []),
    ([], None, ["libboost1.81-dev"]),                                        # apt has no lists yet
])
def test_install_deps_takes_the_boost_that_this_debian_has(folder, known, there, asked_for):
    """All else is there, and nobody may install it."""
    newer = "exit 1" if there is None else f"case $* in *Version*) echo {there} ;; *) echo installed ;; esac"
    for name, line in {"dpkg-query": f"case $* in *1.81-dev) exit 1 ;; *libboost-dev) {newer} ;; *) echo installed ;; esac",
                       "apt-cache": f'case " {" ".join(known)} " in *" $2 "*) ;; *) exit 100 ;; esac',
                       "id": "echo 1000", "sudo": "exit 1"}.items():
        program(folder / "bin" / name, f"#!/bin/sh\n{line}\n")
    said = subprocess.run([TOP / "scripts/install-deps", "run"], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          env={"PATH": f"{folder}/bin:{os.environ['PATH']}"}).stderr
    assert said.split()[said.split().index("--no-install-recommends") + 1:] == asked_for if asked_for else not said, said
