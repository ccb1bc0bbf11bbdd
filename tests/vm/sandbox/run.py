"""Tries each sandbox line of the units, one line each: python3 -m sandbox.run --image FOLDER --build FOLDER [UNIT…]"""
import argparse
import pathlib
import re
import shutil
import signal
import sys
import tempfile
import time

from emulated.guest_shell import GuestError
from emulated.machine import MachineError
from hotplug.lab import UNITS, Failed, expect
from hotplug.run import SIGNALS, end, new_lab

from . import probes
from .table import RULES, UNPROVEN

PREPARE = pathlib.Path(__file__).resolve().parent / "prepare"
EXPOSURE = re.compile(r"Overall exposure level for \S+: ([\d.]+)")
MOST_EXPOSED = 2.0


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def add(self, holds, text):
        self.passed, self.failed = self.passed + bool(holds), self.failed + (not holds)
        print(f"{'ok   ' if holds else 'FAIL '} {text}", flush=True)


def exposure(shell, unit, tally):
    said = shell.run(f"systemd-analyze security --no-pager rfc2217-{unit}.service", timeout=200)
    level = EXPOSURE.search(said)
    tally.add(level and float(level[1]) <= MOST_EXPOSED, f"{unit}: systemd-analyze security: {level and level[0]}")


def judge(unit, line, whole, with_it, off, tally):
    rule = RULES[probes.directive(line)]
    expected = whole in rule.with_it or (rule.also and whole != rule.off)  # another may be the first to refuse it
    holds = expected and with_it in rule.with_it and off == rule.off
    text = f"{unit}: {line}: {with_it}, without it {off}"
    if rule.also:
        text += f" (both without {', '.join(rule.also)}; in the whole sandbox {whole})"
    tally.add(holds, text)


def try_unit(shell, unit, lines, tally):
    whole = probes.whole(unit, lines)
    tried = {line: probes.pair(unit, lines, line) for line in whole.tried}
    came = probes.run(shell, list({probe.name: probe for pair in [(whole,), *tried.values()] for probe in pair}.values()))
    for line, (with_it, off) in tried.items():
        judge(unit, line, came[whole.name][line], came[with_it.name][line], came[off.name][line], tally)


def try_ipc(shell, unit, lines, tally):
    """What remains is counted by account, so nothing else of that account may run."""
    for line in (line for line in lines if probes.directive(line) == "RemoveIPC"):
        remains = []
        for leave_out in ([], [line]):
            probe = probes.Probe(f"probe-{unit}-ipc-{len(leave_out)}", [one for one in lines if one not in leave_out], [line])
            word = probes.run(shell, [probe])[probe.name][line]
            remains.append(probes.remains_of_ipc(shell, word))
        judge(unit, line, remains[0], *remains, tally)


def try_all(lab, units, tally):
    shell = lab.shell
    for unit in units:
        exposure(shell, unit, tally)
    lab.disconnect()
    shell.run("systemctl stop rfc2217.target 'rfc2217-*.service'", timeout=200)
    shell.push(PREPARE, to="/root/")
    shell.run("sh /root/prepare")
    seen = set()
    for unit in units:
        lines = probes.sandbox_lines(shell.run(f"cat /usr/lib/systemd/system/rfc2217-{unit}.service"))
        seen |= {probes.directive(line) for line in lines}
        try_unit(shell, unit, lines, tally)
        try_ipc(shell, unit, lines, tally)
        for line in lines:
            if line in UNPROVEN:
                print(f"-     {unit}: {line} is not tried: {UNPROVEN[line]}", flush=True)
    if set(units) == set(UNITS):
        expect(seen >= set(RULES), f"in sandbox/table.py, but in no unit: {set(RULES) - seen}")


def run(chosen, folder):
    tally = Tally()
    with new_lab(chosen, folder) as lab:
        try:
            try_all(lab, chosen.units or UNITS, tally)
        except Failed as failure:
            tally.add(False, str(failure))
    took = int(time.time() - chosen.began)
    print(f"{tally.passed} passed, {tally.failed} failed in {took // 60} min {took % 60} s", flush=True)
    return not tally.failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--began", type=int, default=time.time(), help="when all of it began, for the time it took")
    parser.add_argument("units", nargs="*", metavar="UNIT", help=", ".join(UNITS))
    chosen = parser.parse_args()
    if set(chosen.units) - set(UNITS):
        parser.error(f"there are: {', '.join(UNITS)}")
    for number in SIGNALS:
        signal.signal(number, end)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rfc2217-vm."))
    try:
        sys.exit(0 if run(chosen, folder) else 1)
    except (GuestError, MachineError, RuntimeError) as error:
        sys.exit(f"the VM cannot be used: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
