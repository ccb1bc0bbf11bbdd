#!/usr/bin/python3
"""Starts bridged again, by a kill and by systemctl, and looks at what the board saw of it: nothing.

  restart_client.py BOARD URL ROUNDS

The tty stays open in systemd's file descriptor store meanwhile, so no open() raises DTR and RTS.
"""
import itertools
import subprocess
import sys

import serial

import testbed

WAYS = ("systemctl kill -s KILL rfc2217-bridge", "systemctl restart rfc2217-bridge")


def guest(words):
    return subprocess.run(testbed.vm("ssh", words), timeout=120, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def main_pid():
    return guest("systemctl show -P MainPID rfc2217-bridge")


def restart(board, url, way):
    mark, boots, before = board.mark(), board.state()["boots"], main_pid()
    guest(way)
    guest(f"for i in $(seq 300); do p=$(systemctl show -P MainPID rfc2217-bridge); "
          f"[ $p != 0 ] && [ $p != {before} ] && [ $(ss -Hltn 'sport = :4001 or sport = :4002' | wc -l) = 2 ] && exit; "
          "sleep 0.1; done; exit 1")
    testbed.check(board.since(mark, "lines") == [], "lines moved:", board.since(mark, "lines"))
    with serial.serial_for_url(url, baudrate=115200, timeout=0.2) as port:
        testbed.hear(port, "main: tick")
    testbed.check(board.until_app()["boots"] == boots and not board.modes(mark), "the board went", board.modes(mark))


def main(name, url, number):
    board = testbed.Board(name)
    testbed.check(int(guest("systemctl show -P NFileDescriptorStore rfc2217-bridge")) >= 1, "nothing is in the store")
    ways = itertools.cycle(WAYS)
    testbed.rounds(board, url, number, lambda: restart(board, url, next(ways)))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
