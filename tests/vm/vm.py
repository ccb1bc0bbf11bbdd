#!/usr/bin/python3
"""Drives a test VM by hand, and from scripts.

  vm.py run BOARD...          boots it with these boards at hand, says "ready", and ends with Ctrl-C
  vm.py ssh COMMAND...        as root in the guest
  vm.py push FILE... PATH     copies into the guest
  vm.py plug BOARD PORT [SERIAL]   1.2 is port 2 of the hub at root port 1; hubs are at 1 and 2
  vm.py hub NAME PORT         one more hub; its ports are PORT.1, PORT.2 …
  vm.py unplug NAME           a board, or a hub with all that is on it
  vm.py forward PORT          makes a port of the guest one of this machine; prints which
  vm.py reset                 presses its reset button

Its folder is $VM, default /tmp/rfc2217-vm: for a second one at a time set another.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

from emulated.machine import Controls, Machine, MachineError
from emulated.qmp import QmpError

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = pathlib.Path(os.environ.get("VM", "/tmp/rfc2217-vm"))


def end(*_):
    raise SystemExit(0)


def run(*boards):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    image = subprocess.run([HERE / "image/build"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    FOLDER.mkdir()
    try:
        machine = Machine(image, FOLDER, boards)
        try:
            machine.start()
            print("ready", flush=True)
            while True:
                time.sleep(3600)
        finally:
            machine.stop()
    finally:
        shutil.rmtree(FOLDER)


def ssh(*words):
    line = Controls(FOLDER).shell().command(" ".join(words))
    os.execvp(line[0], line)


COMMANDS = {
    "run": run,
    "ssh": ssh,
    "push": lambda *paths: Controls(FOLDER).shell().push(*paths[:-1], to=paths[-1]),
    "plug": lambda name, port, serial=None: Controls(FOLDER).plug(name, port, serial),
    "hub": lambda name, port: Controls(FOLDER).hub(name, port),
    "unplug": lambda name: Controls(FOLDER).unplug(name),
    "forward": lambda port: print(Controls(FOLDER).forward(port)),
    "reset": lambda: Controls(FOLDER).reset(),
}


def main(arguments):
    if not arguments or arguments[0] not in COMMANDS:
        sys.exit(__doc__)
    try:
        COMMANDS[arguments[0]](*arguments[1:])
    except FileExistsError:
        sys.exit(f"{FOLDER} is there: a VM runs, or was killed; set VM to another folder, or remove it")
    except (FileNotFoundError, ConnectionRefusedError):
        sys.exit(f"no VM runs in {FOLDER}")
    except (QmpError, MachineError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
