"""What an emulated board saw, for the programs here: its own log and state, by the rig's `ctl`.

BOARDS in the environment is the folder with the sockets of `esp32_boards.py serve`, RIG the rig's.
"""
import json
import os
import socket
import subprocess
import sys
import time

import serial

PATIENCE = 20  # seconds; the VM is emulated, and the machine may be busy


class Wrong(Exception):
    """What was claimed is not so."""


def check(condition, *text):
    if not condition:
        raise Wrong(" ".join(str(part) for part in text))


class Board:
    def __init__(self, name):
        self.name = name

    def ctl(self, *words):
        """What `esp32_boards.py ctl` does, without a process for each look."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(PATIENCE)
            control.connect(os.path.join(os.environ["BOARDS"], "ctl"))
            control.sendall(json.dumps([self.name, *(str(word) for word in words)]).encode() + b"\n")
            answer = json.loads(b"".join(iter(lambda: control.recv(65536), b"")))
        check("error" not in answer, words, answer)
        return answer

    def state(self):
        return self.ctl("state")

    def mark(self):
        """A point in the log; `since` and `modes` tell what came after it."""
        log = self.ctl("log")
        return log[-1]["t"] if log else 0

    def since(self, mark, *kinds):
        return [e for e in self.ctl("log", mark) if e["t"] > mark and e["what"] in kinds]

    def modes(self, mark):
        return [e["mode"] for e in self.since(mark, "mode")]

    def md5(self, offset, size):
        return self.ctl("flash", offset, size)["md5"]

    def until(self, what, holds, patience=PATIENCE):
        """Waits for a state of which `holds` is true, and returns it."""
        deadline = time.monotonic() + patience
        while True:
            state = self.state()
            if holds(state):
                return state
            check(time.monotonic() < deadline, "the board never", what + ":", state)
            time.sleep(0.1)

    def until_app(self, dtr=False, rts=False, patience=PATIENCE):
        """Waits until the app runs and the lines have come to rest like this."""
        wanted = ("app", dtr, rts)
        return self.until(f"ran its app with DTR={dtr:d} RTS={rts:d}",
                          lambda s: (s["mode"], s["dtr"], s["rts"]) == wanted and s["en"], patience)


def vm(*words):
    return [os.path.join(os.environ["RIG"], "vm"), *words]


def hear(port, text):
    """Reads from a port of pyserial until that text has come."""
    heard, wanted = b"", text.encode()
    deadline = time.monotonic() + PATIENCE
    while wanted not in heard:
        check(time.monotonic() < deadline, "never heard", repr(text), "but", heard[-200:])
        heard += port.read(max(1, port.in_waiting))
    return heard


def revive(board, url):
    """Out of a bootloader in which somebody left it, as a person would do it."""
    with serial.serial_for_url(url, baudrate=115200, timeout=0.2) as port:
        port.dtr = False
        port.rts = True
        time.sleep(0.1)
        port.rts = False
    board.until_app()


def rounds(board, url, number, attempt):
    """Tries it that often, each time from a board at rest, and ends the program; the last line
    says how often it went well."""
    good = 0
    for n in range(1, int(number) + 1):
        try:
            try:
                board.until_app(patience=5)
            except Wrong:
                revive(board, url)
            attempt()
            good += 1
        except (Wrong, OSError, ValueError, subprocess.SubprocessError) as fault:
            print(f"round {n}: {type(fault).__name__}: {fault}", flush=True)
    print(f"{good} of {number}")
    sys.exit(good != int(number))


def all_kinds(url):
    """The bare URL, and with what people put behind it for pyserial."""
    return [url, url + "?ign_set_control", url + "?poll_modem", url + "?ign_set_control&poll_modem"]
