#!/usr/bin/python3
"""Talks to the board behind a URL of pyserial: prints "echoed" when it answers."""
import sys
import time

import serial

with serial.serial_for_url(sys.argv[1], baudrate=115200, timeout=0.2) as port:
    port.write(b"\nhello\n")
    heard = b""
    deadline = time.monotonic() + 20
    while b"echo: hello" not in heard and time.monotonic() < deadline:
        heard += port.read(4096)
    print("echoed" if b"echo: hello" in heard else heard)
