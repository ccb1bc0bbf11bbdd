#!/usr/bin/python3
"""Sets everything pyserial can set, on the CP2102, and looks at what arrived.

  settings_client.py BOARD URL DEVNODE

Each value is set with the bare URL and with pyserial's options, and then has to be in the board's
state and in the real termios of DEVNODE in the guest.
"""
import json
import subprocess
import sys
import time

import serial

import testbed

VALUES = {
    "baudrate": (300, 9600, 57600, 250000, 230400, 921600, 115200),
    "bytesize": (5, 6, 7, 8),
    "parity": "OEMSN",
    "stopbits": (2, 1),
    "xonxoff": (True, False),
    "rtscts": (True, False),
}
TERMIOS = {"baudrate": "baud", "bytesize": "bits", "parity": "parity", "stopbits": "stop",
           "xonxoff": "xonxoff", "rtscts": "rtscts"}
# From both on, and never RTS alone, which would reset the board.
LINES = (("rts", False), ("dtr", False), ("dtr", True), ("rts", True))


class Termios:
    """The tty's settings as the guest's kernel has them, each time it is called."""

    def __init__(self, devnode):
        command = testbed.vm("ssh", f"python3 -u /root/tty_settings.py {devnode}")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(testbed.PATIENCE)


def same(name, found, wanted):
    if name == "baudrate":  # the chip divides a clock, and its driver tells what came of it
        return abs(found - wanted) <= 0.02 * wanted
    return found == wanted


class Client:
    def __init__(self, board, port, termios):
        self.board, self.port, self.termios = board, port, termios

    def real(self, name, value):
        """Set by the client, in the kernel's termios, and on the board's side of the chip."""
        setattr(self.port, name, value)
        real = self.termios()
        testbed.check(same(name, real[TERMIOS[name]], value), name, value, "but termios has", real)
        state = self.board.state()
        line = f"{real['bits']}{real['parity']}{real['stop']}"
        testbed.check(state["line"] == line, name, value, "but the board has", state["line"], "not", line)
        testbed.check(same("baudrate", state["baud"], self.port.baudrate), "the board has", state["baud"])

    def line(self, name, on):
        setattr(self.port, name, on)
        self.board.until(f"had {name} {on:d}", lambda s: s[name] == on)
        testbed.check(self.termios()[name] == on, name, "is not", on, "in the kernel")

    def breaks(self):
        for on in (True, False):
            mark = self.board.mark()
            self.port.break_condition = on
            seen = [e["on"] for e in self.board.since(mark, "break")]
            testbed.check(seen == [on], "break", on, "but the board saw", seen)
        mark = self.board.mark()
        self.port.send_break(0.25)
        seen = self.board.since(mark, "break")
        testbed.check([e["on"] for e in seen] == [True, False], "send_break: the board saw", seen)
        lasted = seen[1]["t"] - seen[0]["t"]
        testbed.check(0.2 < lasted, "a break of 0.25 s lasted", lasted)

    def inputs(self):
        for name, attribute in (("cts", "cts"), ("dsr", "dsr"), ("dcd", "cd")):
            for level in (0, 1):
                self.input(name, attribute, level)
        # The end of a ring is told, its beginning only with the next of the others.
        self.board.ctl("input", "ri", 1)
        self.input("dcd", "cd", 0)
        self.sees("ri", True)
        self.input("ri", "ri", 0)

    def input(self, name, attribute, level):
        self.board.ctl("input", name, level)
        self.sees(attribute, bool(level))

    def sees(self, attribute, level):
        deadline = time.monotonic() + testbed.PATIENCE
        while getattr(self.port, attribute) != level:
            testbed.check(time.monotonic() < deadline, "the client never saw", attribute, level)
            time.sleep(0.05)

    def purges(self):
        self.port.reset_input_buffer()
        self.port.reset_output_buffer()
        self.port.write(b"\nafter the purge\n")
        testbed.hear(self.port, "echo: after the purge")


def everything(board, url, termios):
    mark, boots = board.mark(), board.state()["boots"]
    with serial.serial_for_url(url, baudrate=115200, timeout=0.2) as port:
        client = Client(board, port, termios)
        for name, values in VALUES.items():
            for value in values:
                client.real(name, value)
        for name, on in LINES:
            client.line(name, on)
        client.breaks()
        client.inputs()
        client.purges()
    board.until_app()
    testbed.check(board.state()["boots"] == boots, "it was reset:", board.since(mark, "lines"))


def main(name, url, devnode):
    board, termios = testbed.Board(name), Termios(devnode)
    kinds = testbed.all_kinds(url)
    urls = iter(kinds)
    try:
        testbed.rounds(board, url, len(kinds), lambda: everything(board, next(urls), termios))
    finally:
        termios.close()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
