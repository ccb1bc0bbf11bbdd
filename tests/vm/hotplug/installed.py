"""Cases: the installed system, its units, folders and logs, and how it heals."""
import json

from .agreement import key
from .lab import UNITS, expect

SERVICES = [f"rfc2217-{unit}" for unit in UNITS]
FOLDERS = {
    "/run/rfc2217": "root:rfc2217 3770",
    "/var/log/serial": "rfc2217-logger:adm 2750",
    "/etc/rfc2217": "root:rfc2217-bridge 775",
    "/etc/rfc2217/slots.json": "rfc2217-bridge:rfc2217-bridge 644",
}
# A tty that came and went and came again may be opened before udev has given the new one its group; it is tried again.
DENIED = ("journalctl -b -o cat -u 'rfc2217-*' | grep -iE 'permission denied|not permitted|SIGSYS' |"
          " grep -v 'open /dev/ttyUSB[0-9]*: Permission denied' || true")


def installed(lab):
    """Only programs, units, rules and data are installed; folders, groups and units are as they should be"""
    elsewhere = lab.shell.run("tar -tzf /root/rfc2217.tar.gz | grep -v '/$' | grep -v '^./usr/' || true")
    expect(not elsewhere, f"files outside of /usr: {elsewhere}")
    verified = lab.shell.try_run("systemd-analyze verify /usr/lib/systemd/system/rfc2217*", timeout=200).stdout
    expect("rfc2217" not in verified, verified)
    for path, wanted in FOLDERS.items():
        found = lab.shell.run(f"stat -c '%U:%G %a' {path}").strip()
        expect(found == wanted, f"{path} is {found}, not {wanted}")
    members = lab.shell.run("getent group dialout | cut -d: -f4").strip()
    expect(members == "rfc2217-bridge", f"in dialout: {members}")
    for service in SERVICES:
        lab.until_says(f"systemctl is-active {service}", "active")


def used(lab):
    """A client with a bare URL gets its echo; the log has it"""
    lab.two_boards()
    with lab.client(4001) as client:
        expect(client.ask("say for the log") == "A: echo: for the log", "no echo")
    lab.until_says("grep -ahF '[RX]' /var/log/serial/*.log", "A: echo: for the log")
    lab.until_says("grep -ahF '[TX]' /var/log/serial/*.log", "for the log")


def healing(lab):
    """Each daemon, killed, comes back by itself, and all agree again"""
    lab.two_boards()
    for unit in UNITS:
        before = lab.show(unit, "NRestarts")
        lab.shell.run(f"systemctl kill -s KILL rfc2217-{unit}")
        lab.until_says(f"systemctl is-active rfc2217-{unit} && systemctl show rfc2217-{unit}",
                       f"NRestarts={before + 1}\n")
    lab.settled()
    expect((lab.board_behind(4001), lab.board_behind(4002)) == ("A", "B"), "other boards are there")


def reloaded(lab):
    """A reload of portal and logger takes what the settings say now, in the same process and the same sandbox"""
    lab.two_boards()
    status = "curl -s -o /dev/null -w '%{http_code}' -H 'Host: bench.example' -X POST -d '{\"slot\": \"SLOT1\"}' http://127.0.0.1:8080/api/start"
    lab.until_says(status, "403")
    lab.shell.run("""echo '{"portal": {"hosts": ["bench.example"]}}' > /etc/rfc2217/settings.json""")
    for unit in ("portal", "logger"):
        before = lab.show(unit, "MainPID"), lab.show(unit, "NRestarts")
        lab.shell.run(f"systemctl reload rfc2217-{unit}")
        lab.until_says(f"journalctl -b -o cat -u rfc2217-{unit} | tail -n 20", "reloading")
        lab.until_says(f"systemctl show -P SubState rfc2217-{unit}", "running")
        expect((lab.show(unit, "MainPID"), lab.show(unit, "NRestarts")) == before, f"{unit} is another process")
    lab.until_says(status, "200")
    lab.shell.run("rm /etc/rfc2217/settings.json; systemctl reload rfc2217-portal rfc2217-logger")
    lab.until_says(status, "403")
    lab.settled()


def notify(lab):
    """device.notify names no file that is not a tty's, and does not double what udev sees"""
    lab.two_boards()
    def say(slot_key, devnode):
        call = {"action": "add", "slot_key": slot_key, "devnode": devnode}
        return lab.eye.ask(f"send hotplugd device.notify {json.dumps(call)}")
    refused = say("key", "/dev/vda")
    expect(refused.get("error", {}).get("code") == "denied", f"/dev/vda: {refused}")
    again = say(key("1.3"), lab.slot("1.3")["devnode"])
    expect(again.get("ok", {}).get("accepted") is False, f"told again: {again}")
    lab.settled()


def stopped(lab):
    """The target stops all of them; none failed, and nothing was refused to any of them"""
    lab.two_boards()
    lab.shell.run("timeout 60 systemctl stop rfc2217.target")
    for service in SERVICES:
        lab.until_says(f"systemctl show -P ActiveState {service}", "inactive", 30)
    failed = lab.shell.run("systemctl --failed --plain --no-legend")
    expect("rfc2217" not in failed, failed)
    denied = lab.shell.run(DENIED)
    expect(not denied, denied)
    lab.shell.run("timeout 100 systemctl start rfc2217.target")
    lab.settled()


FIRST, LAST = [installed], [used, healing, reloaded, notify, stopped]
