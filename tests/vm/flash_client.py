#!/usr/bin/python3
"""Runs the real esptool through the bridge, with its default reset options and one attempt to connect.

  flash_client.py connect BOARD URL ROUNDS ESPTOOL     reads the flash chip's id
  flash_client.py enter   BOARD URL ROUNDS ESPTOOL     the same, but only the bootloader is wanted:
                                                       where answers are late esptool gives up
  flash_client.py flash   BOARD URL ROUNDS ESPTOOL     writes 256 KB at 921600 and verifies it

What counts is the board's own log: the bootloader once, then the app. ESPTOOL_CFGFILE is passed on.
"""
import hashlib
import os
import subprocess
import sys
import tempfile

import testbed

PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's python3-serial
OFFSET, SIZE = 0x10000, 256 * 1024


def esptool(tool, url, *words):
    command = [PYTHON, tool, "--port", url, "--connect-attempts", "1", *words]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=180, text=True, errors="replace")
    return done.returncode, done.stdout


def went_through_the_bootloader(board, mark):
    board.until_app()
    modes = board.modes(mark)
    testbed.check(modes.count("download") == 1 and modes[-3:] == ["download", "reset", "app"],
                 "the board went", modes)


def connect(board, url, tool):
    mark = board.mark()
    code, said = esptool(tool, url, "flash_id")
    testbed.check(code == 0, "esptool:", said[-600:], board.modes(mark), board.since(mark, "lines"))
    testbed.check("Detected flash size: 4MB" in said, said)
    went_through_the_bootloader(board, mark)


def enter(board, url, tool):
    mark = board.mark()
    code, _ = esptool(tool, url, "flash_id")
    modes = board.modes(mark)
    print(f"esptool's exit code {code}, the board went {modes}")
    testbed.check(modes.count("download") == 1, "no bootloader")
    if board.state()["mode"] == "download":  # it has given up
        testbed.revive(board, url)


def flash(board, url, tool):
    image = os.urandom(SIZE)
    mark = board.mark()
    with tempfile.NamedTemporaryFile() as file:
        file.write(image)
        file.flush()
        code, said = esptool(tool, url, "--baud", "921600", "write_flash", hex(OFFSET), file.name)
    testbed.check(code == 0 and "Hash of data verified" in said, "esptool:", said[-600:])
    testbed.check(board.md5(OFFSET, SIZE) == hashlib.md5(image).hexdigest(), "something else is in the flash")
    bauds = [e["baud"] for e in board.since(mark, "baud")]
    testbed.check(any(abs(baud - 921600) < 0.01 * 921600 for baud in bauds), "no 921600, but", bauds)
    went_through_the_bootloader(board, mark)


MODES = {"connect": connect, "enter": enter, "flash": flash}


def main(mode, name, url, number, tool):
    board = testbed.Board(name)
    testbed.rounds(board, url, number, lambda: MODES[mode](board, url, tool))


if __name__ == "__main__":
    if len(sys.argv) != 6 or sys.argv[1] not in MODES:
        sys.exit(__doc__)
    main(*sys.argv[1:])
