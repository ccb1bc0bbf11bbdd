"""Cases: a connector with a bad contact."""
import json
import subprocess
import time

from .agreement import by_key, key
from .lab import UNITS, expect, until

TIMES = 60
PERIOD_S = 1.0
# Of each period, in turn: so that it is gone in all stages of being found, and found now and then on a slow machine too.
PLUGGED_S = 0.5, 0.9, 0.3, 0.9, 0.4, 0.9, 0.25
CONNECTORS = "1.2", "1.3", "1.4.2", "2.1"  # that any case uses


class Witness:
    """What was told before the storm, for what it was afterwards."""

    def __init__(self, lab):
        self.lab = lab
        self.opens = lab.eye.ask("opens")
        self.restarts = lab.restarts()
        self.cpu = {unit: lab.show(unit, "CPUUsageNSec") for unit in UNITS}
        self.log = self.log_lines()
        self.timeline = len(lab.timeline())
        lab.shell.run("systemctl stop -q watch 2>/dev/null; systemd-run -q --unit=watch --collect"
                      " -p StandardOutput=truncate:/root/events python3 /root/bus.py watch bridged")
        lab.until_says("cat /root/events", "heartbeat/")

    def log_lines(self):
        """How often the log says that a port was opened and closed."""
        said = self.lab.shell.run("grep -ahoE '\\[INFO\\] (Opened|Closed) /dev/tty' /var/log/serial/*.log || true").split()
        return {word: said.count(word) for word in ("Opened", "Closed")}

    def enumerations(self, usb_port):
        return sum(line.get("tty") == "add" and line["port"] == usb_port
                   for line in self.lab.timeline()[self.timeline:])

    def flapping(self):
        """The events that told of it, of SLOT1."""
        events = [line.split(" ", 1) for line in self.lab.shell.run("cat /root/events").split("\n") if " " in line]
        slots = [json.loads(body) for topic, body in events if topic == "slot.changed/SLOT1/"]
        return [slot for slot in slots if slot["state"] == "flapping"]

    def cpu_seconds(self):
        """Of a unit that was started again, since then."""
        now = {unit: self.lab.show(unit, "CPUUsageNSec") for unit in UNITS}
        return {unit: (now[unit] - (self.cpu[unit] if now[unit] >= self.cpu[unit] else 0)) / 1e9 for unit in UNITS}


def flap(lab, meanwhile):
    """Unplugs A and plugs it in again, 60 times in 60 s. MEANWHILE is told each time which one it is."""
    began = time.monotonic()
    for turn in range(TIMES):
        lab.unplug("A")
        meanwhile(turn)
        over = began + (turn + 1) * PERIOD_S
        time.sleep(max(0.0, over - PLUGGED_S[turn % len(PLUGGED_S)] - time.monotonic()))
        lab.plug("A", "1.2")
        time.sleep(max(0.0, over - time.monotonic()))
    return time.monotonic() - began


def rest(lab):
    """A tty that stays for 5 s ends what a storm before this one has left behind: pauses that have grown."""
    lab.two_boards()
    lab.unplug("A")
    lab.settled()
    lab.plug("A", "1.2")
    plugged = time.monotonic()
    lab.settled()
    time.sleep(max(0.0, plugged + 8 - time.monotonic()))


def check_opens(lab, witness):
    """At most one open an enumeration, and the log tells of each."""
    after = lab.eye.ask("opens")
    times = {slot: count - witness.opens.get(slot, 0) for slot, count in after.items()}
    expect(times["SLOT2"] == 0, "the other board was opened again")
    opened, added = sum(times.values()), witness.enumerations("1.2")  # by whatever slot: there is one tty
    expect(0 < times["SLOT1"] and opened <= added, f"opened {times}, enumerated {added} times")

    def look():
        log = witness.log_lines()
        grown = {word: log[word] - witness.log[word] for word in log}
        return grown == {"Opened": opened, "Closed": opened}, grown
    until(f"/var/log/serial tells that the port was opened and closed {opened} times", look, 30)
    return opened, added


def check_flapping(witness, seen_by_portal):
    told = witness.flapping()
    expect(told, "no event says that SLOT1 is flapping")
    for slot in (told[0], seen_by_portal):
        expect(slot, "the portal never showed it flapping")
        expect("short-lived connection" in slot["reason"] and slot["next_try"], f"flapping: {slot}")
    return told[0]["reason"]


def check_file(before, after):
    """udevd may read a device when it is half gone, and take it for one at another place."""
    unreal = set(by_key(after["slots"])) - set(map(key, CONNECTORS))
    expect(not unreal, f"slots.json got slots for connectors that there are not: {sorted(unreal)}")
    expect(after == before, f"slots.json: {after}")


def storm(lab, meanwhile, restarts):
    rest(lab)
    before = lab.settled()
    lab.watch()
    witness = Witness(lab)
    seen = {}

    def look_in(turn):
        meanwhile(turn)
        if not seen:  # what a person at the portal sees
            entry = by_key(lab.eye.ask("api")["slots"]).get(key("1.2"), {})
            seen.update(entry if entry.get("state") == "flapping" else {})

    with lab.client(4002) as neighbour:
        lasted = flap(lab, look_in)
        ended = time.monotonic()
        cpu = witness.cpu_seconds()
        after = lab.settled(150)
        back = time.monotonic() - ended
        expect(neighbour.ask("say still here"), "the neighbour's client was cut off")
    expect((lab.board_behind(4001), lab.board_behind(4002)) == ("A", "B"), "other boards are there")
    opened, added = check_opens(lab, witness)
    reason = check_flapping(witness, seen)
    again = {unit: count - witness.restarts[unit] for unit, count in lab.restarts().items()}
    expect(again == {**dict.fromkeys(UNITS, 0), **restarts}, f"restarts {again}")
    check_file(before["file"], after["file"])
    used = ", ".join(f"{unit} {seconds:.1f}" for unit, seconds in cpu.items())
    return (f"{TIMES} times in {lasted:.0f} s, {added} enumerations, {opened} opens, \"{reason}\", "
            f"back after {back:.0f} s; CPU s: {used}")


def plug_storm(lab):
    """60 plug/unplug in 60 s: all agree at the end, flapping is shown and ends by itself"""
    return storm(lab, lambda turn: None, {})


def plug_storm_kill(lab):
    """The same with kill -9 of hotplugd in the middle"""
    killed = []

    def kill(turn):
        if turn == TIMES // 2:
            killed.append(subprocess.Popen(lab.shell.command("systemctl kill -s KILL rfc2217-hotplug"),
                                           stdin=subprocess.DEVNULL))
    try:
        return storm(lab, kill, {"hotplug": 1})
    finally:
        for process in killed:
            process.wait()


CASES = [plug_storm, plug_storm_kill]
