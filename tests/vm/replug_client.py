#!/usr/bin/python3
"""A board leaves its port and comes back to it, while a client is there.

  replug_client.py BOARD URL PORT ROUNDS     (PORT as `vm plug` names it)

The one connection lives through all rounds: each sends a line and hears its echo before and after.
"""
import os
import subprocess
import sys

import serial

import boards


def echo(port, text):
    port.write(f"\n{text}\n".encode())
    boards.hear(port, f"echo: {text}")


def gone(usb_port):
    vm = os.path.join(os.environ["RIG"], "vm")
    subprocess.run([vm, "tty", usb_port, "--gone"], check=True, timeout=60)


def replug(board, port, usb_port):
    echo(port, "before")
    mark = board.mark()
    board.ctl("unplug")
    gone(usb_port)
    board.ctl("plug")
    boards.hear(port, f"board {board.name}, boot ")
    echo(port, "after")
    seen = [e["what"] for e in board.since(mark, "unplug", "plug")]
    boards.check(seen == ["unplug", "plug"], "the board saw", seen)
    lines = board.until("came to rest", lambda s: s["mode"] == "app")
    boards.check((lines["dtr"], lines["rts"]) == (port.dtr, port.rts), "the lines are", lines)


def main(name, url, usb_port, number):
    board = boards.Board(name)
    board.until_app()
    with serial.serial_for_url(url, baudrate=115200, timeout=0.2) as port:
        boards.rounds(int(number), lambda: replug(board, port, usb_port))


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
