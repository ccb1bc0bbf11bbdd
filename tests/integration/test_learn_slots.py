"""rfc2217-learn-slots with a real bridged and a hotplugd that plugs what the test says."""
import json
import os
import pty
import signal
import socket

import pytest

from rig import Stack, free_port, wait_until
from tools import LEARN_SLOTS, NOBODY, Talk, run

from bus_peer import Hotplugd, device

KEY = "platform-3f980000.usb-usb-0:1.{}:1.0"


class Desk:
    """A hotplugd made of Python, bridged, and boards on ptys in connectors 1, 2, …"""

    def __init__(self, folder, boards, slots, devices=()):
        self.boards = list(boards.values())
        self.stack = Stack(folder, slots)
        self.hotplugd = Hotplugd(self.stack.runtime, [self.device(n) for n in devices]).start()
        self.stack.start("bridged")
        self.talk = None

    def device(self, number):
        return device(str(self.boards[number - 1].path), KEY.format(number), serial=f"S{number}")

    def plug(self, number):
        self.hotplugd.add(self.device(number))

    def unplug(self, number):
        self.hotplugd.remove(KEY.format(number))

    def learn(self, *options, **more):
        return run(LEARN_SLOTS, "--runtime-dir", self.stack.runtime, *options, **more)

    def watch(self, *options, **more):
        self.talk = Talk(LEARN_SLOTS, "--runtime-dir", self.stack.runtime, "--watch", *options, **more)
        return self.talk

    def slots(self):
        return json.loads(self.stack.slots_file.read_text()).get("slots", [])

    def close(self):
        if self.talk:
            self.talk.close()
        self.stack.stop()
        self.hotplugd.stop()


def connected(port):
    try:
        return socket.create_connection(("127.0.0.1", port))
    except OSError:
        return None


@pytest.fixture
def make_desk(folder, boards):
    made = []

    def make(*args, **more):
        made.append(Desk(folder, boards, *args, **more))
        return made[-1]
    yield make
    for desk in made:
        desk.close()


def entry(number, label, port):
    return {"label": label, "slot_key": KEY.format(number), "tcp_port": port}


def test_devices_are_listed_with_their_slots_and_what_to_paste(make_desk):
    port = free_port()
    desk = make_desk({"slots": [entry(2, "Lab", port)]}, devices=[1, 2])
    said = desk.learn()
    assert said.returncode == 0, said.stderr
    for text in ("CP2102 USB to UART Bridge Controller (10c4:ea60), serial S1", KEY.format(1), f"Lab, port {port}"):
        assert text in said.stdout
    assert "\x1b" not in said.stdout
    pasted = json.loads(said.stdout[said.stdout.index("\n{"):])
    assert pasted == {"slots": [entry(1, "SLOT1", 4001), entry(2, "Lab", port)]}


def test_json_has_devices_and_slots(make_desk):
    port = free_port()
    said = json.loads(make_desk({"slots": [entry(2, "Lab", port)]}, devices=[1, 2]).learn("--json").stdout)
    assert [one["slot"] and one["slot"]["label"] for one in said["devices"]] == [None, "Lab"]
    assert said["devices"][0]["serial"] == "S1"
    assert said["slots"] == [entry(1, "SLOT1", 4001), entry(2, "Lab", port)]


def test_a_name_and_a_port_are_asked_for_and_written(make_desk):
    desk, port = make_desk({"_note": "mine", "slots": []}), free_port()
    talk = desk.watch()
    talk.hear("Ctrl-C ends")
    desk.plug(1)
    talk.hear("serial S1", KEY.format(1), "Name [SLOT1]: ")
    talk.answer("ESP32 A")
    talk.hear("TCP port [4001]: ")
    talk.answer(port)
    talk.hear(f"Written: ESP32 A, port {port}")
    assert desk.slots() == [entry(1, "ESP32 A", port)]
    assert json.loads(desk.stack.slots_file.read_text())["_note"] == "mine"
    code, rest = talk.end()
    assert code == 0
    assert f"Written:\n  ESP32 A, port {port}: {KEY.format(1)}" in rest


def test_enter_keeps_what_auto_assign_gave(make_desk):
    port = free_port()
    desk = make_desk({"auto_assign": {"first_port": port, "last_port": port}})
    talk = desk.watch()
    talk.hear("Ctrl-C ends")
    desk.plug(1)
    talk.hear("Name [SLOT1]: ")
    talk.answer("", "")
    talk.hear(f"TCP port [{port}]: ", f"Kept: SLOT1, port {port}")
    assert desk.slots() == [entry(1, "SLOT1", port)]
    code, rest = talk.end()
    assert (code, rest.strip()) == (0, "Nothing was written.")


def test_a_pipe_says_all_its_names_at_once(make_desk):
    desk, ports = make_desk({"slots": []}), [free_port(), free_port()]
    talk = desk.watch()
    talk.answer("One", ports[0], "Two", ports[1])
    talk.process.stdin.close()
    talk.process.stdin = None
    talk.hear("Ctrl-C ends")
    for number in (1, 2):
        desk.plug(number)
        talk.hear("Written: ")
    assert talk.wait()[0] == 0
    assert desk.slots() == [entry(1, "One", ports[0]), entry(2, "Two", ports[1])]


def test_what_bridged_refuses_is_said_in_its_words_and_asked_again(make_desk):
    taken, port = free_port(), free_port()
    desk = make_desk({"slots": [entry(2, "Lab", taken)]})
    talk = desk.watch()
    talk.hear("Ctrl-C ends")
    desk.plug(1)
    talk.hear("Name")
    talk.answer("Lab", taken)
    talk.hear("Not written: ", 'slots[0] "Lab" already')
    assert desk.slots() == [entry(2, "Lab", taken)]
    talk.hear("Name")
    talk.answer("Bench", "")
    talk.hear("Not written: ", f'tcp_port: {taken} is the port of slots[0] "Lab" already', "TCP port")
    talk.answer(port)
    talk.hear(f"Written: Bench, port {port}")
    assert desk.slots() == [entry(2, "Lab", taken), entry(1, "Bench", port)]


def test_a_connector_that_has_a_slot_is_renamed_when_it_is_plugged_again(make_desk):
    port = free_port()
    desk = make_desk({"slots": [{**entry(1, "Lab", port), "profile": "plain"}]}, devices=[1])
    talk = desk.watch()
    talk.hear(f"Lab, port {port}", "Ctrl-C ends")
    desk.unplug(1)
    desk.plug(1)
    talk.hear("Name [Lab]: ")
    talk.answer("Bench", "")
    talk.hear(f"Written: Bench, port {port}")
    assert desk.slots() == [{**entry(1, "Bench", port), "profile": "plain"}]


def test_a_slot_that_somebody_uses_is_changed_only_by_force(make_desk):
    port, other = free_port(), free_port()
    desk = make_desk({"slots": [entry(1, "Lab", port)]}, devices=[1])

    def try_to_move(*options):
        talk = desk.watch(*options)
        talk.hear("Ctrl-C ends")
        desk.unplug(1)
        desk.plug(1)
        talk.hear("Name [Lab]: ")
        talk.answer("", other)
        return talk
    with wait_until(lambda: connected(port), "the port to be open"):
        talk = try_to_move()
        talk.hear("Not written: ", "127.0.0.1:", "Name [Lab]: ")
        assert desk.slots() == [entry(1, "Lab", port)]
        talk.close()
        try_to_move("--force").hear(f"Written: Lab, port {other}")
    assert desk.slots() == [entry(1, "Lab", other)]


def test_ctrl_c_ends_it_with_a_summary(make_desk):
    talk = make_desk({"slots": []}).watch()
    talk.hear("Ctrl-C ends")
    talk.process.send_signal(signal.SIGINT)
    code, rest = talk.wait()
    assert code == 0
    assert "Nothing was written." in rest


def test_on_a_terminal_there_are_colours_and_what_is_typed_too_early_counts_for_nothing(make_desk):
    desk = make_desk({"slots": []}, devices=[2])
    end, terminal = pty.openpty()
    talk = desk.watch(stdin=terminal, stdout=terminal, env={**os.environ, "TERM": "xterm", "NO_COLOR": ""})
    os.close(terminal)
    talk.out = end
    try:
        talk.hear("\x1b[1m", "Ctrl-C ends")
        os.write(end, b"too early\n")
        talk.hear("too early")  # the terminal's echo
        desk.plug(1)
        talk.hear("Name [SLOT1]: ")
        os.write(end, b"Bench\n")
        talk.hear("TCP port [4001]: ")
        os.write(end, b"\x04")  # Ctrl-D
        talk.hear("Nothing was written.")
        assert talk.process.wait(60) == 0
    finally:
        os.close(end)


def test_without_daemons_it_says_what_to_do(folder):
    said = run(LEARN_SLOTS, "--runtime-dir", folder)
    assert said.returncode == 3
    assert said.stderr.count("\n") == 1
    assert "sudo systemctl start rfc2217.target" in said.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to become somebody else")
def test_without_the_right_it_says_what_to_do(make_desk):
    said = make_desk({"slots": []}).learn(user=NOBODY)
    assert (said.returncode, said.stdout) == (3, "")
    assert "permission denied" in said.stderr and "sudo" in said.stderr


def test_a_bridged_that_dies_meanwhile_is_waited_for(make_desk):
    desk, port = make_desk({"slots": []}), free_port()
    talk = desk.watch()
    talk.hear("Ctrl-C ends")
    desk.stack.kill("bridged")
    desk.plug(1)
    talk.hear("Name")
    talk.answer("Bench", port)
    talk.hear("Not written: bridged does not answer", "Name [Bench]: ")
    desk.stack.start("bridged")
    talk.answer("", "")
    talk.hear(f"Written: Bench, port {port}")
    wait_until(lambda: desk.slots() == [entry(1, "Bench", port)], "the slot in slots.json")


@pytest.mark.parametrize("options", [["--nonsense"], ["--json", "--watch"], ["--force"]])
def test_wrong_usage_is_2(options):
    assert run(LEARN_SLOTS, *options).returncode == 2
