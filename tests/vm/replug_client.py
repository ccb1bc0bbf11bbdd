#!/usr/bin/python3
"""A board leaves its port and comes back to it, while a client is there.

  replug_client.py BOARD URL PORT ROUNDS     (PORT as `vm plug` names it)

The connection lives: a line sent into the gap is echoed when the board is back, its lines are as the
client had set them, and nothing but the plug has booted it.
"""
import subprocess
import sys

import serial

import testbed


def echo(port, text):
    port.write(f"\n{text}\n".encode())
    testbed.hear(port, f"echo: {text}")


def gone(usb_port):
    subprocess.run(testbed.vm("tty", usb_port, "--gone"), check=True, timeout=60)


def replug(board, url, usb_port):
    with serial.serial_for_url(url, baudrate=115200, timeout=0.2) as port:
        echo(port, "before")
        mark, boots = board.mark(), board.state()["boots"]
        board.ctl("unplug")
        gone(usb_port)
        board.ctl("plug")
        echo(port, "after")
        testbed.hear(port, "main: tick")
        state = board.until_app(port.dtr, port.rts)
        testbed.check(state["boots"] == boots + 1, "it booted more often than it was plugged:", state)
        seen = [e["what"] for e in board.since(mark, "unplug", "plug")]
        testbed.check(seen == ["unplug", "plug"], "the board saw", seen)


def main(name, url, usb_port, number):
    board = testbed.Board(name)
    testbed.rounds(board, url, number, lambda: replug(board, url, usb_port))


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
