#!/usr/bin/python3
"""Opens, closes and resets a board as monitors do it, with pyserial.

  reset_client.py STYLE BOARD URL ROUNDS

Of the styles below the first two only open and close, by all kinds of URL in turn, which must not
reset the board. The others reset it; then the app has to run, and to run again when it was told to
reboot itself, which it does not where a flag for the bootloader was left behind.
"""
import itertools
import sys
import time

import serial

import testbed

# None: open with the lines as pyserial has them by default (both on); else as given.
OPENINGS = {"open_close": None, "open_close_lines_off": False}

# A pair sets a line, a number is seconds to wait; the last tells where DTR and RTS are at the end.
RESETS = {
    # esp-idf-monitor, which opens with both on
    "idf_monitor": ([("rts", False), ("dtr", False), ("rts", True), 0.1, ("rts", False)], (False, False)),
    "dtr_first": ([("dtr", False), ("rts", False), ("rts", True), 0.1, ("rts", False)], (False, False)),
    # Arduino: a pulse of DTR; and as avrdude does it, both lines off and on
    "arduino": ([("dtr", False), 0.1, ("dtr", True)], (True, True)),
    "avrdude": ([("dtr", False), ("rts", False), 0.25, ("dtr", True), ("rts", True)], (True, True)),
}


def open_port(url, lines=None):
    port = serial.serial_for_url(url, do_not_open=True, baudrate=115200, timeout=0.2)
    if lines is not None:
        port.dtr = port.rts = lines
    port.open()
    return port


def open_and_close(board, url, lines):
    mark, boots = board.mark(), board.state()["boots"]
    with open_port(url, lines) as port:
        testbed.hear(port, "main: tick")
    state = board.until_app()
    testbed.check(state["boots"] == boots and not board.modes(mark), "the board went", board.modes(mark))
    alone = [e for e in board.since(mark, "lines") if e["rts"] and not e["dtr"]]
    testbed.check(not alone, "RTS stood alone:", alone)


def play(port, steps):
    for step in steps:
        if isinstance(step, tuple):
            setattr(port, *step)
        else:
            time.sleep(step)


def reset_and_reboot(board, url, steps, lines):
    mark = board.mark()
    with open_port(url) as port:
        play(port, steps)
        boots = board.until_app(*lines)["boots"]
        modes = board.modes(mark)
        testbed.check(modes[-2:] == ["reset", "app"] and "download" not in modes, "the board went", modes)
        testbed.hear(port, f"boot {boots}\r")
        port.write(b"\nreboot\n")
        state = board.until("booted again", lambda s: s["boots"] > boots)
        testbed.check((state["boots"], state["mode"]) == (boots + 1, "app"), "after reboot:", state)
        testbed.hear(port, f"boot {boots + 1}\r")
    board.until_app()


def main(style, name, url, number):
    board = testbed.Board(name)
    if style in OPENINGS:
        urls = itertools.cycle(testbed.all_kinds(url))
        testbed.rounds(board, url, number, lambda: open_and_close(board, next(urls), OPENINGS[style]))
    testbed.rounds(board, url, number, lambda: reset_and_reboot(board, url, *RESETS[style]))


if __name__ == "__main__":
    if len(sys.argv) != 5 or sys.argv[1] not in {*OPENINGS, *RESETS}:
        sys.exit(__doc__)
    main(*sys.argv[1:])
