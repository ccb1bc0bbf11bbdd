"""A board for a test: claimed, so that nobody else writes to it, reset, and given back afterwards.

    RFC2217_PORTAL=http://pi.local:8080 RFC2217_SLOT=ESP32-A pytest        (Debian: python3-pytest python3-serial)
"""
import json
import os
import re
import socket
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
import serial

PORTAL = os.environ.get("RFC2217_PORTAL", "http://pi.local:8080")
SLOT = os.environ.get("RFC2217_SLOT", "SLOT1")
OWNER = f"pytest on {socket.gethostname()}, {os.getpid()}"
LONGEST_TEST = 600  # seconds; then the claim runs out by itself, whatever became of us


def post(action, **body):
    request = urllib.request.Request(f"{PORTAL}/api/slots/{urllib.parse.quote(SLOT)}/{action}", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:  # says why; of a slot that somebody holds (409), who
        pytest.fail(f"{action} {SLOT}: {json.load(refused)['error']}", pytrace=False)


class Board:
    def __init__(self, port):
        self.port = port

    def reset(self):
        self.port.reset_input_buffer()
        post("reset", owner=OWNER)

    def send(self, text):
        self.port.write(text.encode())

    def wait_for(self, pattern, timeout=30):
        """The first line that matches; fails with all that the board said instead."""
        said, deadline = [], time.monotonic() + timeout
        while time.monotonic() < deadline:
            line = self.port.readline().decode(errors="replace").rstrip()
            if line:
                said.append(line)
                if re.search(pattern, line):
                    return line
        pytest.fail(f"no line matches {pattern!r} in {timeout} s; the board said:\n" + "\n".join(said))


@pytest.fixture
def board():
    slot = post("claim", owner=OWNER, ttl_s=LONGEST_TEST, address="self")
    try:
        url = f"rfc2217://{urllib.parse.urlsplit(PORTAL).hostname}:{slot['tcp_port']}"
        with serial.serial_for_url(url, baudrate=115200, timeout=0.5) as port:
            yield Board(port)
    finally:
        post("release", owner=OWNER)
