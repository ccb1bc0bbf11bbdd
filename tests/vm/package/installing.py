"""Cases: installed on a bare system, used, upgraded, healing, rebooted."""
import shlex

from hotplug.installed import DENIED, FOLDERS
from hotplug.lab import SLOTS_FILE, UNITS, expect

from .bench import SERVICES
from .tty_watch import tty_stays_open

SETTINGS = "/etc/rfc2217/settings.json"
KILLS = 8  # systemd's default start limit is 5 in 10 s
KILL_EACH_START = f"""last=0
for n in $(seq {KILLS}); do
    until pid=$(systemctl show -P MainPID $1); [ "${{pid:-0}}" != 0 ] && [ $pid != $last ]; do sleep 0.1; done
    kill -KILL $pid
    last=$pid
done"""


def installed(bench):
    """apt install on a bare system: four units enabled and active, folders as they should be, the page answers"""
    said = bench.install()
    expect("http://rfc2217-vm:8080/" in said, f"it does not say where the page is: {said[-1000:]}")
    for path, wanted in FOLDERS.items():
        found = bench.shell.run(f"stat -c '%U:%G %a' {path}").strip()
        expect(found == wanted, f"{path} is {found}, not {wanted}")
    conffiles = bench.shell.run("dpkg-query -W -f '${Conffiles}' rfc2217")
    expect(conffiles.split()[::2] == [SETTINGS], f"conffiles: {conffiles}")
    expect(b"<html" in bench.page(), "no page")


def used(bench):
    """A board that is plugged in is used by pyserial from another machine, logged, and found in the journal by slot and by tty"""
    bench.connect()
    bench.plug("A", "1.2")
    bench.until_state("1.2", "idle")
    bench.echo(4001, "after the install")
    bench.logged("A: echo: after the install")
    for field in ("SLOT=SLOT1", "DEVNODE=/dev/ttyUSB0"):
        bench.until_says(f"journalctl -q -o cat _SYSTEMD_UNIT=rfc2217-bridge.service {field}", "opened /dev/ttyUSB0")


def upgraded(bench):
    """An upgrade asks nothing, restarts all, keeps edits of slots.json and settings.json, the port, and the tty open"""
    bench.shell.run(f"sed -i 's/SLOT1/Left of the printer/' {SLOTS_FILE}")
    bench.stage(SETTINGS, '{"log": {"keep_days": 7}}\n')
    bench.until_says(f"cat {SLOTS_FILE}", "Left of the printer")
    pids = {unit: bench.show(unit, "MainPID") for unit in UNITS}
    with tty_stays_open(bench, "1.2"):
        bench.install("--reinstall")
    same = [unit for unit in UNITS if bench.show(unit, "MainPID") == pids[unit]]
    expect(not same, f"not started again: {same}")
    expect("Left of the printer" in bench.slots_file(), f"slots.json is {bench.slots_file()}")
    expect("keep_days" in bench.shell.run(f"cat {SETTINGS}"), "settings.json is not as it was")
    bench.echo(4001, "after the upgrade")


def killed(bench):
    """kill -9 of each daemon: it is back, the board answers, and its tty was not opened again"""
    before = bench.restarts()
    with tty_stays_open(bench, "1.2"):
        for service in SERVICES:
            bench.shell.run(f"systemctl kill -s KILL {service}")
        bench.until_restarted(before, 120)
    bench.echo(4001, "after the kill")


def killed_again_and_again(bench):
    """kill -9 of each daemon eight times, as soon as it runs again: no start limit ends that, and the tty stays open"""
    before = bench.restarts()
    with tty_stays_open(bench, "1.2"):
        for service in SERVICES:
            # A slow VM does not reach what the default would forbid; then this tells.
            limit = bench.shell.run(f"systemctl show -P StartLimitIntervalUSec {service}").strip()
            expect(limit == "0", f"{service} has a start limit, in {limit}")
            bench.shell.run(f"timeout 100 sh -c {shlex.quote(KILL_EACH_START)} - {service}")
        bench.until_restarted(before, 120, KILLS)
    bench.echo(4001, "after the kills")


def stuck(bench):
    """SIGSTOP of each daemon: the watchdog ends it, it is back, and the board answers"""
    before = bench.restarts()
    for service in SERVICES:
        bench.shell.run(f"systemctl kill -s STOP {service}")
    bench.until_restarted(before, 300)
    bench.settled()
    bench.echo(4001, "after the watchdog")


def rebooted(bench):
    """After a reboot it runs by itself, with the same port, and nothing was refused to it"""
    bench.disconnect()
    bench.machine.reboot()
    bench.connect()
    bench.all_active()
    bench.settled(180)
    bench.echo(4001, "after the reboot")
    denied = bench.shell.run(DENIED)
    expect(not denied, denied)


CASES = [installed, used, upgraded, killed, killed_again_and_again, stuck, rebooted]
