"""debian/ without building it: what its scripts refuse, and that one version is said everywhere."""
import os
import pathlib
import re
import subprocess

import pytest

from rig import BUILD, DAEMONS

TOP = pathlib.Path(__file__).resolve().parents[2]


def preinst(folder, built_for, machine):
    """The script as a package built for that ARM has it, on a machine that says it is that one."""
    script = (TOP / "debian/rfc2217.preinst").read_text().replace("#ARM_ARCH#", built_for)
    (folder / "uname").write_text(f"#!/bin/sh\necho {machine}\n")
    (folder / "uname").chmod(0o755)
    return subprocess.run(["sh", "-c", script, "preinst", "install"], capture_output=True, text=True,
                          env={"PATH": f"{folder}:{os.environ['PATH']}"})


def test_a_package_for_armv7_refuses_on_an_armv6_and_names_install_sh(folder):
    refused = preinst(folder, "7", "armv6l")
    assert refused.returncode == 1
    assert "Raspberry Pi 2" in refused.stderr and "install.sh" in refused.stderr


@pytest.mark.parametrize("built_for, machine", [("7", "armv7l"), ("7", "aarch64"), ("6", "armv6l"), ("6", "armv7l"), ("0", "x86_64")])
def test_a_package_installs_where_it_runs(folder, built_for, machine):
    done = preinst(folder, built_for, machine)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_programs_say_the_version_of_the_package():
    newest = (TOP / "debian/changelog").read_text().split("\n")[0]
    version = re.fullmatch(r"rfc2217 \((\d+\.\d+\.\d+)\) .*", newest)[1]
    for name in DAEMONS:
        said = subprocess.run([BUILD / f"services/{name}/{name}", "--version"], capture_output=True, text=True, check=True)
        assert said.stdout == f"{name} (rfc2217) {version}\n"


def test_settings_are_the_packages_and_slots_are_bridgeds():
    """Two that make one file undo each other: settings.json is a conffile, slots.json is tmpfiles'."""
    tmpfiles = (TOP / "systemd/rfc2217.tmpfiles").read_text()
    rules = (TOP / "debian/rules").read_text()
    assert "C /etc/rfc2217/slots.json" in tmpfiles and "C /etc/rfc2217/settings.json" not in tmpfiles
    assert "etc/rfc2217/settings.json" in rules and "etc/rfc2217/slots.json" not in rules
