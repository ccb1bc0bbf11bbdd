"""Both ends of what is measured: boards on ptys and clients on TCP, and what goes between them, each byte checked."""
import os
import pty
import random
import select
import socket
import time
import tty

IAC = b"\xff"
PATIENCE = 120  # seconds until a transfer is given up; never an expectation of speed
# A client that wants COM-PORT-OPTION and binary both ways, as pyserial asks for it.
HELLO = bytes([255, 251, 44, 255, 251, 0, 255, 253, 0, 255, 251, 3, 255, 253, 3])


def text(size):
    """Log lines of a board; each has its number, so that a hole is seen."""
    said = ("wifi: state run, bb0, rssi -", "http: GET /api/state 200 in ", "app: heap free, bytes: ",
            "sensor: bme280 humidity and pressure in Pa: ", "mqtt: published board/telemetry, message number ")
    chance = random.Random(1)
    lines, so_far = [], 0
    while so_far < size:
        line = f"I ({1000 + len(lines) * 10}) {chance.choice(said)}{chance.getrandbits(32)}{'.' * chance.randrange(32)}\r\n"
        lines.append(line)
        so_far += len(line)
    return "".join(lines).encode()[:size - 1] + b"\n"


def noise(size):
    return random.Random(2).randbytes(size)


class Board:
    """The end of a pty behind which a server finds a serial board."""

    def __init__(self, path):
        self.end, self.tty = pty.openpty()
        tty.setraw(self.tty)
        os.set_blocking(self.end, False)
        path.unlink(missing_ok=True)
        path.symlink_to(os.ttyname(self.tty))
        self.path = path

    def write(self, data):
        try:
            return os.write(self.end, data)
        except BlockingIOError:
            return 0

    def read(self):
        try:
            return os.read(self.end, 65536)
        except BlockingIOError:
            return b""

    def close(self):
        self.path.unlink(missing_ok=True)
        os.close(self.end)
        os.close(self.tty)


class Client:
    """Of one port; speaks telnet or not."""

    def __init__(self, port, telnet):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.telnet = telnet
        self.left = b""  # an IAC whose meaning has not come
        if telnet:
            self.socket.sendall(HELLO)
            self.socket.recv(4096)
        self.socket.setblocking(False)

    def settle(self, seconds=0.3):
        """Until nothing of the greeting comes any more."""
        while select.select([self.socket], [], [], seconds)[0]:
            self.read()

    def write(self, data):
        try:
            return self.socket.send(data)
        except BlockingIOError:
            return 0

    def encoded(self, data):
        return data.replace(IAC, IAC + IAC) if self.telnet else data

    def read(self):
        """Data that has come, without telnet commands."""
        try:
            got = self.socket.recv(1 << 18)
        except BlockingIOError:
            return b""
        if not got:
            raise ConnectionError("the server has closed")
        got = self.left + got
        self.left = b""
        if not self.telnet or IAC not in got:
            return got
        return self._without_commands(got)

    def _without_commands(self, got):
        data, at = bytearray(), 0
        while (iac := got.find(IAC, at)) >= 0:
            data += got[at:iac]
            command = got[iac + 1:iac + 2]
            if command == IAC:
                data += IAC
                at = iac + 2
                continue
            end = {b"\xfa": got.find(b"\xff\xf0", iac) + 2}.get(command, iac + (3 if command >= b"\xfb" else 2))
            if not command or end > len(got) or (command == b"\xfa" and end == 1):
                self.left = got[iac:]
                return bytes(data)
            at = end
        return bytes(data + got[at:])

    def close(self):
        self.socket.close()


def transfer(send, receive, source, drain, data, encoded):
    """Sends all of `encoded` and receives all of `data`; returns seconds. The first wrong byte is an error."""
    sent = got = 0
    began = time.monotonic()
    while got < len(data):
        readable, writable, _ = select.select([drain], [source] if sent < len(encoded) else [], [], 5)
        if not readable and not writable and time.monotonic() - began > PATIENCE:
            raise AssertionError(f"{len(data) - got} of {len(data)} bytes did not come")
        if writable:
            sent += send(encoded[sent:sent + 65536])
        if readable:
            part = receive()
            if part != data[got:got + len(part)]:
                raise AssertionError(f"wrong bytes after {got}")
            got += len(part)
    return time.monotonic() - began
