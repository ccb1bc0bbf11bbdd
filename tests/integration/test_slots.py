"""Which board is which port, while the daemons run: auto_assign, the web API, and a person with an editor."""
import json
import os
import pty
import socket
import tty
import urllib.error
import urllib.request

import pytest

from rig import PATIENCE, Stack, free_port, wait_until

PLACE = "pci-0000:00:14.0-usb-0:1.2:1.0"


class Adapter:
    """A USB adapter as a container sees it: only POST /api/hotplug tells of it."""

    def __init__(self, stack, place=PLACE):
        self.stack, self.place = stack, place
        self.end, self.tty = pty.openpty()
        tty.setraw(self.tty)
        self.devnode = os.ttyname(self.tty)

    def tell(self, action):
        told = self.stack.post("/api/hotplug", {"action": action, "devnode": self.devnode, "id_path": self.place})
        assert told[0] == 200, told

    def close(self):
        os.close(self.end)
        os.close(self.tty)


@pytest.fixture
def stack(folder):
    port = free_port()
    slots = {"_note": "mine", "auto_assign": {"first_port": port, "last_port": port}, "slots": []}
    made = Stack(folder, slots, {"hotplug": {"devnodes": ["/dev/pts/*"]}}).start()
    made.first_port = port
    yield made
    codes = made.stop()
    print({name: made.said(name)[-4000:] for name in codes})
    assert set(codes.values()) <= {0}, f"a daemon did not end cleanly: {codes}"


@pytest.fixture
def adapter(stack):
    made = Adapter(stack)
    made.tell("add")
    stack.wait_slot("SLOT1", running=True)
    yield made
    made.close()


def written(stack):
    return json.loads(stack.slots_file.read_text())


def delete(stack, slot):
    request = urllib.request.Request(f"http://127.0.0.1:{stack.http}/api/slots/{slot}", method="DELETE")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def answers_at(port, adapter):
    """Whether what is sent to the port reaches that board."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        client.sendall(b"hello\n")
        return os.read(adapter.end, 100) == b"hello\n"


def test_an_unknown_board_gets_the_next_port_and_keeps_it(stack, adapter):
    assert written(stack) == {"_note": "mine",
                              "auto_assign": {"first_port": stack.first_port, "last_port": stack.first_port},
                              "slots": [{"label": "SLOT1", "slot_key": PLACE, "tcp_port": stack.first_port}]}
    assert answers_at(stack.first_port, adapter)
    stack.kill("bridged")
    stack.start("bridged")
    assert stack.wait_slot("SLOT1", running=True)["tcp_port"] == stack.first_port


def test_a_slot_is_renamed_and_gets_another_port(stack, adapter):
    port = free_port()
    status, answer = stack.post("/api/slots", {"slot_key": PLACE, "label": "Scope", "tcp_port": port})
    assert (status, answer) == (200, {"ok": True, "slot": "Scope", "label": "Scope", "slot_key": PLACE,
                                      "tcp_port": port})
    stack.wait_slot("Scope", running=True, tcp_port=port)
    assert stack.slot("SLOT1") is None
    assert written(stack)["slots"] == [{"label": "Scope", "slot_key": PLACE, "tcp_port": port}]
    assert written(stack)["_note"] == "mine"
    assert answers_at(port, adapter)


def test_who_is_connected_is_not_cut_off(stack, adapter):
    with socket.create_connection(("127.0.0.1", stack.first_port), timeout=PATIENCE) as client:
        stack.wait_slot("SLOT1", state="in_use")
        wanted = {"slot_key": PLACE, "label": "Scope"}
        status, answer = stack.post("/api/slots", wanted)
        assert status == 409 and "SLOT1 is in use by 127.0.0.1:" in answer["error"]
        assert stack.post("/api/slots", {"slot_key": PLACE, "tcp_port": stack.first_port})[0] == 200  # no change
        assert delete(stack, "SLOT1")[0] == 409
        client.sendall(b"still here\n")
        assert os.read(adapter.end, 100) == b"still here\n"

        assert stack.post("/api/slots", {**wanted, "force": True})[0] == 200
        assert client.recv(100) == b""
    stack.wait_slot("Scope", running=True)


def test_what_a_file_may_not_say_is_refused_in_its_words(stack, adapter):
    before = written(stack)
    status, answer = stack.post("/api/slots", {"slot_key": "elsewhere", "tcp_port": stack.first_port})
    assert status == 400
    assert answer["error"] == (f'{stack.slots_file}: slots[1] "SLOT2": tcp_port: {stack.first_port} is the port of '
                               'slots[0] "SLOT1" already')
    assert stack.post("/api/slots", {"slot_key": "elsewhere"})[1]["error"].startswith(
        "slot.assign: tcp_port: no port is free in ")
    assert written(stack) == before


def test_a_persons_edit_is_taken_over_or_refused_and_never_written_over(stack, adapter):
    right = written(stack)
    right["slots"][0] |= {"label": "Mine", "_colour": "red"}
    stack.slots_file.write_text(json.dumps(right))
    stack.wait_slot("Mine", running=True)

    stack.slots_file.write_text('{"slots": [{"label": "Mine", ')
    wait_until(lambda: "the slots stay as they are" in stack.said("bridged"), "bridged to say what is wrong")
    status, answer = stack.post("/api/slots", {"slot_key": PLACE, "label": "Scope"})
    assert status == 400 and answer["error"].startswith(f"{stack.slots_file}:1:29: syntax error")
    assert stack.slots_file.read_text() == '{"slots": [{"label": "Mine", '
    assert answers_at(stack.first_port, adapter)

    stack.slots_file.write_text(json.dumps(right))
    stack.wait_slot("Mine", state="idle")
    assert stack.post("/api/slots", {"slot_key": PLACE, "label": "Scope"})[0] == 200
    stack.wait_slot("Scope", running=True)
    assert written(stack)["slots"][0]["_colour"] == "red"


def test_a_slot_that_is_taken_away_comes_back_with_the_next_plug(stack, adapter):
    assert delete(stack, "SLOT1") == (200, {"ok": True, "slot": "SLOT1"})
    unassigned = wait_until(lambda: next((s for s in stack.get("/api/devices")["slots"]
                                          if s["slot_key"] == PLACE and s["state"] == "unassigned"), None),
                            "the device without a slot")
    assert unassigned["tcp_port"] is None
    assert written(stack)["slots"] == []
    assert delete(stack, "SLOT1")[0] == 404

    adapter.tell("remove")
    wait_until(lambda: not stack.get("/api/devices")["slots"], "the device to be gone")
    adapter.tell("add")
    stack.wait_slot("SLOT1", running=True)
