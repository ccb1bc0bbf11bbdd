#!/usr/bin/python3
"""A client of pyserial that stays: client.py URL answers each line that comes in with one of JSON.

  say TEXT    says it to the board, until its echo comes: the line that the board said, or null
  closed      waits until the other end has closed: true, or false after 30 s
"""
import json
import sys
import time

import serial

DEADLINE_S = 30
AGAIN_S = 2  # what was said while the board was away is lost


def say(port, text):
    heard, deadline, next_try = b"", time.monotonic() + DEADLINE_S, 0
    while time.monotonic() < deadline:
        if time.monotonic() >= next_try:
            port.write(f"\n{text}\n".encode())
            next_try = time.monotonic() + AGAIN_S
        heard += port.read(256)
        for line in heard.decode(errors="replace").split("\n")[:-1]:
            if f"echo: {text}" in line:
                return line.strip()
    return None


def closed(port):
    deadline = time.monotonic() + DEADLINE_S
    try:
        while time.monotonic() < deadline:
            port.read(256)
    except serial.SerialException:
        return True
    return False


def main(url):
    port = serial.serial_for_url(url, baudrate=115200, timeout=0.2)
    print(json.dumps("connected"), flush=True)
    for line in sys.stdin:
        question, _, text = line.strip().partition(" ")
        try:
            answer = say(port, text) if question == "say" else closed(port)
        except serial.SerialException:
            answer = None
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
