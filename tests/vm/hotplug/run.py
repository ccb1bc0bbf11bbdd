"""Runs the cases, one line each: python3 -m hotplug.run --image FOLDER --build FOLDER [CASE…]"""
import argparse
import contextlib
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from emulated.guest_shell import GuestError
from emulated.machine import Machine, MachineError
from emulated.qmp import QmpError

from . import booting, editing, installed, plugging, replugging, storm
from .lab import Failed, Lab, pack

ORDER = [*installed.FIRST, *plugging.CASES, *installed.LAST, *replugging.CASES, *editing.CASES, *storm.CASES,
         *booting.CASES]
CASES = {case.__name__: case for case in ORDER}
BOARDS = "A", "B", "C"
FIRST = "unknown_boards"
SIGNALS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
JOURNAL = "journalctl -o short-precise --no-pager -u 'rfc2217-*' --since=@{since} | tail -n 40 | cut -c 1-200"


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--began", type=int, default=time.time(), help="when all of it began, for the time it took")
    parser.add_argument("--keep", action="store_true", help="leave the VM running at the end, until Ctrl-C")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    chosen = parser.parse_args()
    unknown = [name for name in chosen.cases if name not in CASES]
    if unknown:
        parser.error(f"no case {', '.join(unknown)}; there are: {', '.join(CASES)}")
    return chosen


def attempt(lab, case):
    """How it went, or why it did not."""
    try:
        return True, case(lab)
    except Failed as failure:
        return False, str(failure)
    except (GuestError, QmpError, MachineError, subprocess.SubprocessError, LookupError, TypeError, OSError) as error:
        return False, f"{type(error).__name__}: {error}"


def run_case(lab, case):
    """Whether it passed; None: QEMU has ended under it."""
    began = time.monotonic()
    since, slots_file = lab.shell.run("date +%s").strip(), lab.slots_file()
    passed, detail = attempt(lab, case)
    if not passed and lab.machine.has_ended():
        print(f"-     {case.__name__}: QEMU has ended under it", flush=True)
        return None
    verdict = "ok   " if passed else "FAIL "
    print(f"{verdict} {case.__name__}: {case.__doc__} ({time.monotonic() - began:.0f} s)", flush=True)
    if detail:
        print(f"      {detail}", flush=True)
    if not passed:
        journal = lab.shell.try_run(JOURNAL.format(since=since)).stdout
        print("      " + journal.strip().replace("\n", "\n      "), flush=True)
        lab.recover(slots_file)
    return passed


@contextlib.contextmanager
def new_lab(chosen, folder):
    """A VM in which nobody has been before, with this tree installed."""
    began = time.monotonic()
    place = pathlib.Path(tempfile.mkdtemp(dir=folder))
    machine = Machine(chosen.image, place, BOARDS)
    try:
        archive = pack(chosen.build, place)
        machine.start()
        print(f"the VM is up after {time.monotonic() - began:.0f} s", flush=True)
        lab = Lab(machine)
        lab.install(archive)
        yield lab
    finally:
        until_then = [(number, signal.signal(number, signal.SIG_IGN)) for number in SIGNALS]
        machine.stop()
        for number, handler in until_then:
            signal.signal(number, handler)


def run_cases(chosen, folder, names, more_labs=2):
    """What came of each. QEMU 7.2 dies now and then when a board goes in the middle of a transfer: then it
    goes on with a new one."""
    results = {}
    with new_lab(chosen, folder) as lab:
        for name in names:
            results[name] = run_case(lab, CASES[name])
            if results[name] is None:
                break
        else:
            if chosen.keep:
                print(f"it runs on: VM={lab.machine.folder} tests/vm/vm.py ssh; Ctrl-C ends it", flush=True)
                signal.pause()
            return results
    if not more_labs:
        return results
    left = names[names.index(name):]
    return results | run_cases(chosen, folder, list(dict.fromkeys((FIRST, *left))), more_labs - 1)


def run(chosen, folder):
    """Whether all went well."""
    # Who is plugged in first gets 4001, so that case always runs.
    names = [name for name in CASES if name in (chosen.cases or CASES) or name == FIRST]
    results = run_cases(chosen, folder, names)
    took = int(time.time() - chosen.began)
    print(f"{len(results)} cases ran in {took // 60} min {took % 60} s: {' '.join(names)}")
    passed = sum(map(bool, results.values()))
    print(f"{passed} passed, {len(results) - passed} failed", flush=True)
    return passed == len(names)


def end(number, _):
    sys.exit(128 + number)


def main():
    chosen = arguments()
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
