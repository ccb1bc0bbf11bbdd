"""A WebSocket client of the portal's /ws, close enough to the wire to misbehave."""
import base64
import json
import os
import select
import socket
import struct
import time

from rig import PATIENCE


class Closed(Exception):
    """The server has ended it."""


class Page:
    """Connects, and collects the messages that it is sent."""

    def __init__(self, port, receive_buffer=None, peer="127.0.0.1", headers=None, tls=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.bind((peer, 0))
        self.socket.connect(("127.0.0.1", port))
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="127.0.0.1")
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
                             f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                             "Sec-WebSocket-Version: 13\r\n"
                             + "".join(f"{k}: {v}\r\n" for k, v in (headers or {}).items()) + "\r\n").encode())
        self.received = b""
        self.messages = []
        self.heard = 0  # of messages, by hear()
        while b"\r\n\r\n" not in self.received:
            self._receive()
        head, self.received = self.received.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _receive(self):
        got = self.socket.recv(65536)
        if not got:
            raise Closed
        self.received += got

    def send_frame(self, opcode, payload):
        mask = b"\0\0\0\0"
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
        self.socket.sendall(head + mask + payload)

    def say(self, **message):
        self.send_frame(1, json.dumps(message).encode())

    def follow(self, slot, **more):
        self.say(type="follow", slot=slot, **more)

    def _take_frames(self):
        while len(self.received) >= 2:
            opcode, size, at = self.received[0] & 15, self.received[1], 2
            if size == 126:
                at, size = 4, int.from_bytes(self.received[2:4], "big")
            elif size == 127:
                at, size = 10, int.from_bytes(self.received[2:10], "big")
            if len(self.received) < at + size:
                return
            payload, self.received = self.received[at:at + size], self.received[at + size:]
            if opcode == 8:
                raise Closed
            if opcode == 9:
                self.send_frame(10, payload)
            if opcode == 1:
                self.messages.append(json.loads(payload))

    def look(self, seconds=0.0):
        """Takes what has come, or comes within so long."""
        pending = getattr(self.socket, "pending", lambda: 0)()
        if pending or select.select([self.socket], [], [], seconds)[0]:
            self._receive()
        self._take_frames()

    def until(self, condition, what):
        """The first true value of condition(page)."""
        deadline = time.monotonic() + PATIENCE
        while True:
            value = condition(self)
            if value:
                return value
            assert time.monotonic() < deadline, f"waited in vain for {what}; last: {self.messages[-5:]}"
            self.look(0.1)

    def hear(self, type_, **members):
        """The next message of this type with these members, after the last that was heard so."""
        def found(page):
            for at in range(page.heard, len(page.messages)):
                message = page.messages[at]
                if message["type"] == type_ and all(message.get(k) == v for k, v in members.items()):
                    page.heard = at + 1
                    return message
            return None
        return self.until(found, f"{type_} {members}")

    def output(self, slot, direction="RX"):
        """All bytes of one direction that it was shown of a slot."""
        return b"".join(base64.b64decode(m["data"]) for m in self.messages
                        if m["type"] == "output" and m["slot"] == slot and m["direction"] == direction)

    def see(self, slot, text, direction="RX"):
        return self.until(lambda page: text in page.output(slot, direction), f"{text} of {slot}")
