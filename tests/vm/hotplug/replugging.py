"""Cases: a board that leaves while somebody uses it, and who else wants it."""
import time

from .agreement import key
from .lab import expect, until

GRACE_S = 5  # bridge.away_grace
RULE = {"ID_MM_DEVICE_IGNORE": "1"}


def seconds_away(lab, since, usb_port):
    """By the kernel's clock: from the tty's remove to its add."""
    at = {line["tty"]: line["at"] for line in lab.timeline()[since:] if line.get("port") == usb_port}
    return at["add"] - at["remove"]


def replug_within_grace(lab):
    """Unplugged under a client, and back within the grace: the same connection, data flows"""
    lab.watch()
    for _ in range(3):  # on a very busy machine plugging alone may take longer than the grace
        lab.two_boards()
        since = len(lab.timeline())
        with lab.client(4001) as client:
            expect(client.ask("say before"), "no echo before")
            lab.unplug("A")
            lab.until_state("1.2", "away")
            lab.plug("A", "1.2")
            lab.until_state("1.2", "in_use", "idle")
            away = seconds_away(lab, since, "1.2")
            if away > GRACE_S - 0.5:
                continue
            expect(client.ask("say after") == "A: echo: after", f"the client is cut off, {away:.1f} s away")
            expect(lab.slot("1.2")["state"] == "in_use", "the slot does not know of its client")
        return f"{away:.1f} s away"
    expect(False, "the VM is too slow to plug a board within the grace")


def replug_after_grace(lab):
    """Unplugged under a client for longer: it is closed, and the port listens again with the board"""
    before = lab.two_boards()
    with lab.client(4001) as client:
        expect(client.ask("say before"), "no echo before")
        lab.unplug("A")
        left = time.monotonic()
        expect(client.ask("closed") is True, "the client's connection stays open without a board")
        lasted = time.monotonic() - left
    lab.settled()
    lab.plug("A", "1.2")
    after = lab.settled()
    expect(after["file"] == before["file"], f"slots.json: {after['file']}")
    expect(lab.board_behind(4001) == "A", "another board is there")
    return f"closed after {lasted:.1f} s"


def held(lab, *how):
    """Somebody else has the tty: the slot says so and what to run, and is back when it is let go"""
    lab.two_boards()
    slot = lab.slot("1.2")
    devnode = slot["devnode"]
    expect(lab.post("/api/stop", slot=slot["slot"])["ok"], "it does not stop")
    lab.until_state("1.2", "stopped")
    with lab.shell.program(f"python3 /root/hold_tty.py {devnode} {' '.join(how)}") as holder:
        expect(holder.answer() == "held", "the tty cannot be held")
        answer = lab.post("/api/start", slot=slot["slot"])
        slot = lab.until_state("1.2", "error", "idle")
        expect(slot["state"] == "error", f"the slot is {slot['state']}, though the tty is held")
        for text in (devnode, "held by another process", "rfc2217ctl doctor"):
            expect(text in slot["reason"], f"the reason is: {slot['reason']}")
        expect(slot["next_try"], "it will not be tried again")
        expect(not answer["ok"] and "held by another process" in answer.get("error", ""), f"start answered {answer}")
        entry = [entry for entry in lab.eye.ask("api")["slots"] if entry["slot_key"] == key("1.2")][0]
        expect(entry["reason"] == slot["reason"] and not entry["running"], f"the portal shows {entry}")
        named = lab.shell.try_run(f"rfc2217ctl doctor {slot['slot']}").stdout
        expect("python3" in named and "pid " in named, f"the doctor says: {named}")
    let_go = time.monotonic()
    lab.settled(120)
    back = time.monotonic() - let_go
    expect(lab.board_behind(4001) == "A", "the board does not answer")
    return f"\"{slot['reason']}\"; back {back:.0f} s after it was let go"


def held_exclusive(lab):
    """A tty held by another process, TIOCEXCL: error that says what to run; back when it is let go"""
    return held(lab, "exclusive")


def held_open(lab):
    """A tty held by another process, just open: error that says what to run; back when it is let go"""
    return held(lab)


def udev(lab):
    """udev: ModemManager is kept away, dialout may open it, and by-slot leads to it after a replug"""
    lab.two_boards()
    lab.unplug("A")
    lab.settled()
    lab.plug("A", "1.2")
    lab.settled()
    slot = lab.slot("1.2")
    properties = dict(line.split("=", 1) for line in lab.shell.run(
        f"udevadm info -q property -n {slot['devnode']}").split("\n") if "=" in line)
    for name, value in RULE.items():
        expect(properties.get(name) == value, f"{name} is {properties.get(name)}")
    mode = lab.shell.run(f"stat -c '%U:%G %a' {slot['devnode']}").strip()
    expect(mode == "root:dialout 660", f"{slot['devnode']} is {mode}")
    link = f"/dev/serial/by-slot/{slot['slot']}"
    def look():
        done = lab.shell.try_run(f"readlink -e {link}; ls /dev/serial/by-slot")
        return done.stdout.startswith(slot["devnode"] + "\n"), done.stdout
    until(f"{link} leads to {slot['devnode']}", look, 20)
    return f"{link}"


CASES = [replug_within_grace, replug_after_grace, held_exclusive, held_open, udev]
