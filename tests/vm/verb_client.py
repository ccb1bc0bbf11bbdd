#!/usr/bin/python3
"""Resets a board by bridged's own verbs, asked over the bus in the guest.

  verb_client.py BOARD URL SLOT ROUNDS

Each round is a serial.bootloader, which must end in the bootloader, and a serial.reset, which must
end in the app.
"""
import json
import subprocess
import sys

import testbed


def ask(verb, slot):
    words = f"python3 /root/bus.py ask bridged {verb} '{json.dumps({'slot': slot})}'"
    done = subprocess.run(testbed.vm("ssh", words), timeout=60,
                          stdout=subprocess.PIPE, text=True)
    testbed.check(done.returncode == 0, verb + ":", done.stdout)


def there_and_back(board, slot):
    mark = board.mark()
    ask("serial.bootloader", slot)
    testbed.check(board.modes(mark)[-1:] == ["download"], "after serial.bootloader:", board.modes(mark))
    ask("serial.reset", slot)
    board.until_app()
    testbed.check(board.modes(mark)[-3:] == ["download", "reset", "app"], "it went", board.modes(mark))


def main(name, url, slot, number):
    board = testbed.Board(name)
    testbed.rounds(board, url, number, lambda: there_and_back(board, slot))


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
