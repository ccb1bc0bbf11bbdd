"""Telnet and RFC 2217 spelled by hand: what to send, and a peer that gets exact bytes back."""
import re
import select
import time

import clients
from rig import SANITIZED

PATIENCE = 60 if SANITIZED else 20  # seconds until what has to come is given up
IAC = b"\xff"
SE, NOP, DATA_MARK, BRK, AYT, SB = 240, 241, 242, 243, 246, 250
WILL, WONT, DO, DONT = 251, 252, 253, 254
BINARY, ECHO, SGA, COM_PORT = 0, 1, 3, 44
SIGNATURE, BAUD, DATA_BITS, PARITY, STOP_BITS, CONTROL, LINE_STATE, MODEM_STATE = range(8)
SUSPEND, RESUME, LINE_MASK, MODEM_MASK, PURGE = range(8, 13)
SERVER = 100  # added to a command's number in its answer

TOKEN = re.compile(rb"\xff\xfa(?:[^\xff]|\xff\xff)*\xff\xf0|\xff[\xfb-\xfe].|\xff[\xf0-\xf9]|(?:[^\xff]|\xff\xff)+",
                   re.DOTALL)
HERE = IAC + bytes([NOP])  # the answer to AYT


def command(code):
    return IAC + bytes([code])


def say(verb, option):
    return IAC + bytes([verb, option])


def sub(*body, option=COM_PORT):
    """A subnegotiation; numbers are bytes, and a 255 is doubled."""
    plain = b"".join(part if isinstance(part, bytes) else bytes([part]) for part in body)
    return command(SB) + clients.telnet_encode(bytes([option]) + plain) + command(SE)


def baud(rate, code=BAUD):
    return sub(code, rate.to_bytes(4, "big"))


def baud_is(rate):
    return baud(rate, SERVER + BAUD)


def is_now(code, value):
    """A server's answer with a value of one byte."""
    return sub(SERVER + code, value)


def tokens(stream):
    """The stream cut into data, commands, negotiations and subnegotiations; an unfinished end is left out."""
    found, at = [], 0
    while token := TOKEN.match(stream, at):
        found.append(token[0])
        at = token.end()
    return found


AGREED = say(DO, COM_PORT) + is_now(MODEM_STATE, 0)
SUSPENDED, RESUMED = sub(SERVER + SUSPEND), sub(SERVER + RESUME)


class Peer:
    """A client's end of a connection. It has said nothing yet."""

    def __init__(self, port, receive_buffer=None):
        self.socket = clients.connect(port, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.buffer, self.at = b"", 0  # received; taken up to `at`

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        clients.reset(self.socket)

    def agree(self):
        """COM-PORT on, as every RFC 2217 client begins."""
        self.send(say(WILL, COM_PORT))
        self.expect(AGREED)
        return self

    def send(self, *parts):
        self.socket.sendall(b"".join(parts))

    def receive(self):
        """More of the stream into the buffer; False when the server has ended it."""
        more = self.socket.recv(65536)
        self.buffer, self.at = self.buffer[self.at:] + more, 0
        return bool(more)

    def was_answered(self):
        """Something has come, or the end; it stays there to be read."""
        return bool(select.select([self.socket], [], [], 0)[0])

    def expect(self, wanted):
        """These bytes come next."""
        while len(self.buffer) - self.at < len(wanted):
            so_far = self.buffer[self.at:]
            assert wanted.startswith(so_far), f"{so_far!r} came instead of {wanted!r}"
            assert self.receive(), f"closed after {so_far!r}; {wanted!r} was to come"
        got = self.buffer[self.at:self.at + len(wanted)]
        self.at += len(wanted)
        assert got == wanted, f"{got!r} came instead of {wanted!r}"

    def token(self):
        """What comes next: data as far as it is there, or one of telnet's words."""
        while not (found := TOKEN.match(self.buffer, self.at)):
            assert self.receive(), f"closed after {self.buffer[self.at:]!r}"
        self.at = found.end()
        return found[0]

    def until(self, last):
        """All that comes before the token `last`, which is taken too."""
        got = []
        deadline = time.monotonic() + PATIENCE
        while (token := self.token()) != last:
            got.append(token)
            assert time.monotonic() < deadline, f"{last!r} did not come, but {b''.join(got)[-200:]!r}"
        return b"".join(got)

    def ask(self, *requests):
        """Sends them and returns all that comes back, up to the answer of an AYT behind them."""
        self.send(*requests, command(AYT))
        return self.until(HERE)

    def hear(self, size):
        """So many bytes of data, decoded. Nothing else may come."""
        heard = b""
        deadline = time.monotonic() + PATIENCE
        while len(heard) < size:
            token = self.token()
            heard += clients.telnet_decode(token)
            assert token[:1] != IAC or token[1:2] == IAC, f"{token!r} came amid data"
            assert time.monotonic() < deadline, f"only {len(heard)} of {size} bytes came"
        return heard

    def to_the_end(self):
        """All that comes until the server ends the connection."""
        while self.receive():
            pass
        return self.buffer
