"""rfc2217-udev-notify with the real portal, hotplugd and bridged."""
import os
import socket
import subprocess

import pytest

from rig import Board, wait_until
from tools import NOTIFY, run


@pytest.fixture
def host(folder, make_stack):
    """A system whose hotplugd sees no udev for these devnodes: it is told of them."""
    stack = make_stack({"hotplug": {"devnodes": ["/dev/pts/*"]}}).start("hotplugd", "bridged", "portald")
    board = Board(folder / "c")
    wait_until(lambda: stack.slot("A"), "the portal to know the slots")
    yield stack, os.ttyname(board.tty)
    board.close()


def notify(stack, *words, **env):
    return run(NOTIFY, *words, env={"PATH": os.environ["PATH"], "RFC2217_PORTAL": f"http://127.0.0.1:{stack.http}", **env})


def keys(stack):
    return [slot["slot_key"] for slot in stack.get("/api/devices")["slots"]]


def test_a_board_that_it_tells_of_appears_and_goes(host):
    stack, devnode = host
    said = notify(stack, "add", devnode, "pci-0:1.2:1.0", "/devices/x")
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
    wait_until(lambda: "pci-0:1.2:1.0" in keys(stack), "the board to appear")
    assert notify(stack, "remove", devnode, "pci-0:1.2:1.0", "").returncode == 0
    wait_until(lambda: "pci-0:1.2:1.0" not in keys(stack), "the board to go")


def test_udevs_environment_does_as_well_and_devpath_where_there_is_no_id_path(host):
    stack, devnode = host
    assert notify(stack, ACTION="add", DEVNAME=devnode, DEVPATH="/devices/x").returncode == 0
    wait_until(lambda: "/devices/x" in keys(stack), "the board to appear")


def test_what_json_needs_escaped_arrives_as_it_is(host):
    stack, devnode = host
    key = r'a"b\c\u0041$(id)`id` %s'
    assert notify(stack, "add", devnode, key).returncode == 0
    wait_until(lambda: key in keys(stack), "the key as it was given")


def test_a_refusal_is_one_line_and_exit_code_1(host):
    stack, _ = host
    said = notify(stack, "add", "/etc/passwd", "k")
    assert said.returncode == 1
    assert said.stderr.count("\n") == 1
    assert "hotplug.devnodes" in said.stderr and "403" in said.stderr


@pytest.mark.parametrize("words", [[], ["add"], ["add", "/dev/ttyUSB0"], ["add", "/dev/tty\nUSB0", "k"],
                                   ["add", "/dev/ttyUSB0", "k\x1b[2J"], ["add", "/dev/ttyUSB0", "ké"],
                                   ["add", "a", "b", "c", "d"]])
def test_wrong_usage_is_2_and_asks_nobody(words):
    said = run(NOTIFY, *words, env={"PATH": os.environ["PATH"], "RFC2217_PORTAL": "http://127.0.0.1:1"})
    assert said.returncode == 2
    assert said.stderr.startswith("rfc2217-udev-notify: ") and said.stderr.count("\n") == 1


@pytest.mark.parametrize("action", ["change", "bind"])
def test_other_actions_of_udev_are_nobodys_business(action):
    assert run(NOTIFY, action, "/dev/ttyUSB0", "k", "").returncode == 0


def test_a_portal_that_is_down_is_one_line_and_exit_code_1():
    said = run(NOTIFY, "add", "/dev/ttyUSB0", "k", env={"PATH": os.environ["PATH"], "RFC2217_PORTAL": "http://127.0.0.1:1"})
    assert said.returncode == 1
    assert said.stderr.count("\n") == 1


def test_a_portal_that_says_nothing_does_not_hold_udev():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        portal = f"http://127.0.0.1:{mute.getsockname()[1]}"
        said = run(NOTIFY, "add", "/dev/ttyUSB0", "k", env={"PATH": os.environ["PATH"], "RFC2217_PORTAL": portal})
    assert said.returncode == 1


def test_a_proxy_of_the_environment_is_not_asked(host):
    stack, devnode = host
    assert notify(stack, "add", devnode, "k", "", http_proxy="http://127.0.0.1:1").returncode == 0


def test_it_says_what_it_is():
    assert "98-rfc2217-notify.rules" in run(NOTIFY, "--help").stdout
    assert subprocess.run([NOTIFY, "--version"], capture_output=True, text=True, check=True).stdout.startswith(
        "rfc2217-udev-notify (rfc2217) 0.")
