"""Runs the cases, one line each: python3 -m package.run --image FOLDER --package FILE

Each begins where the one before has ended, so the first that fails is the last.
"""
import argparse
import pathlib
import shutil
import signal
import sys
import tempfile
import time

from emulated.guest_shell import GuestError
from emulated.machine import Machine, MachineError
from hotplug.run import JOURNAL, SIGNALS, attempt, end

from . import discovery, installing, leaving, taking_over
from .bench import Bench

ORDER = [*installing.CASES[:2], *discovery.CASES, *installing.CASES[2:], *leaving.CASES, *taking_over.CASES]
BOARDS = "A", "B"


def run_cases(bench):
    """How many passed; None: QEMU has ended under it."""
    for count, case in enumerate(ORDER):
        began = time.monotonic()
        since = bench.shell.run("date +%s").strip()
        passed, detail = attempt(bench, case)
        if not passed and bench.machine.has_ended():
            return None
        print(f"{'ok   ' if passed else 'FAIL '} {case.__name__}: {case.__doc__} ({time.monotonic() - began:.0f} s)", flush=True)
        if not passed:
            print(f"      {detail}", flush=True)
            print("      " + bench.shell.try_run(JOURNAL.format(since=since)).stdout.strip().replace("\n", "\n      "), flush=True)
            return count
    return len(ORDER)


def run_in_new_vm(chosen, folder):
    began = time.monotonic()
    machine = Machine(chosen.image, pathlib.Path(tempfile.mkdtemp(dir=folder)), BOARDS)
    try:
        machine.start()
        print(f"the VM is up after {time.monotonic() - began:.0f} s", flush=True)
        return run_cases(Bench(machine, chosen.package))
    finally:
        until_then = [(number, signal.signal(number, signal.SIG_IGN)) for number in SIGNALS]
        machine.stop()
        for number, handler in until_then:
            signal.signal(number, handler)


def run(chosen, folder):
    """Whether all went well. QEMU 7.2 dies now and then when a board goes in the middle of a transfer: then once more."""
    passed = run_in_new_vm(chosen, folder)
    if passed is None:
        print("-     QEMU has ended: once more in a new VM", flush=True)
        passed = run_in_new_vm(chosen, folder) or 0
    took = int(time.time() - chosen.began)
    print(f"{passed} passed, {len(ORDER) - passed} failed or not tried, in {took // 60} min {took % 60} s", flush=True)
    return passed == len(ORDER)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    parser.add_argument("--package", required=True)
    parser.add_argument("--began", type=int, default=time.time(), help="when all of it began, for the time it took")
    chosen = parser.parse_args()
    for number in SIGNALS:
        signal.signal(number, end)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rfc2217-vm."))
    try:
        sys.exit(0 if run(chosen, folder) else 1)
    except (GuestError, MachineError) as error:
        sys.exit(f"the VM cannot be used: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
