"""What the portal announces through Avahi: a real D-Bus of our own, and an Avahi without a network."""
import json
import os
import pathlib
import signal
import socket
import subprocess

import pytest
from rig import TOP, wait_until

HOST = socket.gethostname()


def name(what):
    return f"{what[:40]} on {HOST}"[:63]


class Avahi:
    """A D-Bus with an Avahi on it, which may come and go."""

    def __init__(self, folder):
        self.file = pathlib.Path(folder) / "announced"
        self.address = f"unix:path={folder}/dbus"
        self.bus = self.avahi = None

    def start_bus(self):
        self.bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={self.address}"],
                                    stderr=subprocess.DEVNULL)
        wait_until(lambda: os.path.exists(self.address.removeprefix("unix:path=")), "the bus")

    def start(self, *taken):
        self.file.unlink(missing_ok=True)
        self.avahi = subprocess.Popen(["/usr/bin/python3", TOP / "tests/fakes/fake_avahi.py", self.file, *taken],
                                      env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": self.address})
        wait_until(self.file.exists, "Avahi")

    def stop(self):
        self.avahi.kill()
        self.avahi.wait()
        self.avahi = None

    def announced(self):
        return json.loads(self.file.read_text())

    def close(self):
        for process in (self.avahi, self.bus):
            if process:
                process.kill()
                process.wait()


@pytest.fixture
def avahi(folder, monkeypatch):
    made = Avahi(folder)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", made.address)
    yield made
    made.close()


@pytest.fixture
def announcing(avahi, make_stack):
    avahi.start_bus()
    avahi.start()
    return make_stack().start()


def complete(avahi, stack, ports):
    """True when both slots and the portal are there, with what they are."""
    seen = avahi.announced()
    txt = [seen.get(name(slot), {}).get("txt", []) for slot in "AB"]
    return ({n: (s["type"], s["port"]) for n, s in seen.items()} == {
        name("Serial boards"): ("_http._tcp", stack.http), name("A"): ("_rfc2217._tcp", ports["A"]),
        name("B"): ("_rfc2217._tcp", ports["B"])}
        and all(f"slot={slot}" in t and "state=idle" in t and any(e.startswith("board=") for e in t)
                for slot, t in zip("AB", txt)))


def test_each_slot_and_the_portal_are_announced_and_followed(avahi, announcing, boards, ports):
    wait_until(lambda: complete(avahi, announcing, ports), "all to be announced")
    announcing.post("/api/stop", {"slot": "A"})
    wait_until(lambda: "state=stopped" in avahi.announced()[name("A")]["txt"], "the new state")
    announcing.kill("bridged")
    wait_until(lambda: list(avahi.announced()) == [name("Serial boards")], "ports that are not there to be withdrawn")
    announcing.start("bridged")
    wait_until(lambda: name("B") in avahi.announced(), "them again")
    announcing.kill("portald", signal.SIGTERM)
    wait_until(lambda: avahi.announced() == {}, "nothing to be left")


def test_an_avahi_that_was_started_again_is_told_again(avahi, announcing, ports):
    wait_until(lambda: complete(avahi, announcing, ports), "all to be announced")
    avahi.stop()
    avahi.start()
    wait_until(lambda: complete(avahi, announcing, ports), "all to be announced again")


def test_a_name_that_another_machine_has_gets_a_number(avahi, make_stack):
    avahi.start_bus()
    avahi.start(name("A"))
    make_stack().start()
    numbered = f"{name('A')} #2"
    wait_until(lambda: numbered in avahi.announced(), "another name")
    assert avahi.announced()[numbered]["type"] == "_rfc2217._tcp"


def test_without_avahi_or_without_a_bus_all_else_is_as_ever(avahi, make_stack, ports):
    stack = make_stack().start()  # no bus
    stack.wait_slot("A", running=True)
    assert " warning " not in stack.said("portald") and " error " not in stack.said("portald")
    stack.kill("portald", signal.SIGTERM)
    avahi.start_bus()  # no Avahi
    stack.start("portald")
    stack.wait_slot("A", running=True)
    avahi.start()  # … until now
    wait_until(lambda: complete(avahi, stack, ports), "it to be told when it comes")


def test_it_can_be_switched_off(avahi, make_stack):
    avahi.start_bus()
    avahi.start()
    stack = make_stack({"portal": {"mdns": False}}).start()
    stack.wait_slot("A", running=True)
    peers = subprocess.run(["dbus-send", f"--bus={avahi.address}", "--print-reply", "--dest=org.freedesktop.DBus", "/",
                            "org.freedesktop.DBus.ListNames"], capture_output=True, text=True, check=True).stdout
    assert peers.count('string ":1.') == 2, f"more than Avahi and dbus-send: {peers}"
