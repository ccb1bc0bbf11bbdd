#!/usr/bin/python3
"""Enters the bootloader as esptool does by default, with nothing of esptool's.

  sync_client.py BOARD URL ROUNDS [SYNC_TIMEOUT]

Each round opens the port, plays esptool's ClassicReset (each line is a command of its own, sent
when the one before was answered), sends SYNC and wants its answer, then resets by RTS.
One attempt a round. What counts is what the board's own log says of it.
"""
import struct
import sys
import time

import serial

import testbed

SYNC = 0x08
TRIES = 5  # within one attempt, as esptool


def set_rts(port, on):
    port.rts = on
    port.dtr = port.dtr  # so does esptool, for a driver of Windows


def classic_reset(port):
    port.dtr = False
    set_rts(port, True)
    time.sleep(0.1)
    port.dtr = True
    set_rts(port, False)
    time.sleep(0.05)
    port.dtr = False


def hard_reset(port):
    set_rts(port, True)
    time.sleep(0.1)
    set_rts(port, False)


def sync_packet():
    body = b"\x07\x07\x12\x20" + 32 * b"\x55"
    return b"\xc0" + struct.pack("<BBHI", 0, SYNC, len(body), 0) + body + b"\xc0"


def synced(port, timeout):
    """One SYNC; true when an answer to it came in time."""
    port.reset_input_buffer()
    port.reset_output_buffer()
    port.timeout = timeout
    port.write(sync_packet())
    heard = b""
    while more := port.read(max(1, port.in_waiting)):  # each read may take that long, as in esptool
        heard += more
        if b"\xc0\x01\x08" in heard:  # the head of an answer, and what it answers
            return True
    return False


def enter(board, url, timeout):
    mark = board.mark()
    with serial.serial_for_url(url, baudrate=115200, timeout=timeout) as port:
        classic_reset(port)
        answered = any(synced(port, timeout) for _ in range(TRIES))
        testbed.check(board.modes(mark)[-1:] == ["download"], "no bootloader, but", board.modes(mark))
        testbed.check(answered, "in the bootloader, but no answer to SYNC")
        hard_reset(port)
    board.until_app()
    modes = board.modes(mark)
    testbed.check(modes.count("download") == 1 and modes[-3:] == ["download", "reset", "app"],
                 "the board went", modes)


def main(name, url, number, timeout="0.1"):
    board = testbed.Board(name)
    testbed.rounds(board, url, number, lambda: enter(board, url, float(timeout)))


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:])
