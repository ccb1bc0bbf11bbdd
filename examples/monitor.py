#!/usr/bin/env python3
"""Prints what a board says, with times, and comes back when the network, the Pi or the board was away.

    ESP32_PORT=rfc2217://pi:4001 ./monitor.py          (Debian: python3-serial; else: pip install pyserial)
"""
import os
import sys
import time

import serial

PORT = os.environ.get("ESP32_PORT", "rfc2217://127.0.0.1:4001")
PAUSE = 2  # seconds between tries


def lines():
    """Every line of the board, for ever."""
    while True:
        try:
            with serial.serial_for_url(PORT, baudrate=115200, timeout=1) as port:
                print(f"-- connected to {PORT}", file=sys.stderr, flush=True)
                while True:
                    line = port.readline()  # b"" after a second of silence
                    if line:
                        yield line.decode(errors="replace").rstrip()
        except (serial.SerialException, OSError) as fault:
            print(f"-- {fault}; again in {PAUSE} s", file=sys.stderr, flush=True)
            time.sleep(PAUSE)


def main():
    for line in lines():
        print(time.strftime("%H:%M:%S"), line, flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
