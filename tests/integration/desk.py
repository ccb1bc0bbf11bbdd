"""hotplugd and bridged alone with some boards: a slot's port from outside, started once for many tests."""
import fcntl
import struct
import termios

from bus import Bus
import rig
from rig import Board, Stack, free_port
from telnet import PATIENCE, Peer

TCGETS2 = 0x802C542A  # asm-generic/ioctls.h: _IOR('T', 0x2A, struct termios2), 44 bytes
IDLE_BAUD = 115200


def wait_until(condition, what):
    return rig.wait_until(condition, what, PATIENCE)


class Line:
    """The settings that a tty really has, any baud rate included."""

    def __init__(self, descriptor):
        raw = fcntl.ioctl(descriptor, TCGETS2, bytes(44))
        self.iflag, self.oflag, self.cflag, self.lflag = struct.unpack_from("4I", raw)
        self.input_baud, self.baud = struct.unpack_from("2I", raw, 36)
        self.stop_bits = 2 if self.cflag & termios.CSTOPB else 1
        xon_xoff = self.iflag & (termios.IXON | termios.IXOFF)
        self.flow = ("hardware" if self.cflag & termios.CRTSCTS else
                     "xonxoff" if xon_xoff == termios.IXON | termios.IXOFF else "none")


class Outlet:
    """One slot, its port and its board."""

    def __init__(self, bus, name, port, board):
        self.bus, self.name, self.port, self.board = bus, name, port, board

    def line(self):
        return Line(self.board.tty)

    def slot(self):
        return self.bus.slot(self.name)

    def settings(self):
        return self.slot()["settings"]

    def counters(self):
        return self.bus.counters(self.name)

    def place(self):
        return self.bus.place(self.name)

    def infos_since(self, place):
        return self.bus.infos_since(self.name, place)

    def wait_info(self, place, text):
        """The infos since `place`, as soon as one begins with `text`."""
        def told():
            infos = self.infos_since(place)
            return infos if any(info.startswith(text) for info in infos) else None
        return wait_until(told, f'"{text}" in the record of {self.name}')

    def wait_state(self, state):
        return wait_until(lambda: (s := self.slot())["state"] == state and s, f"{self.name} to be {state}")

    def wait_read(self, received):
        wait_until(lambda: self.counters()["rx_bytes"] >= received, f"{received} bytes read from {self.name}'s board")

    def wait_taken(self, sent):
        wait_until(lambda: self.counters()["tx_bytes"] >= sent, f"{sent} bytes taken for {self.name}'s board")

    def rest(self):
        """Waits until nothing of the last client is left: the slot is idle, the board has heard all."""
        def at_rest():
            heard = self.board.drain()
            slot = self.slot()
            return not heard and slot["state"] == "idle" and slot["settings"]["baud"] == IDLE_BAUD \
                and self.line().baud == IDLE_BAUD and not self.board.drain()
        wait_until(at_rest, f"{self.name} to be at rest; it is {self.slot()}")

    def peer(self, **more):
        """A client, as soon as the slot takes one, agreed on COM-PORT."""
        return self.admitted(**more).agree()

    def admitted(self, words=b"", **more):
        """A client that is not refused; tried again until then. Says `words` first."""
        def connected():
            made = Peer(self.port, **more)
            made.send(words)
            if wait_until(lambda: self._is_in(made) or made.was_answered(), "any reaction") and self._is_in(made):
                return made
            made.close()
            return None
        return wait_until(connected, f"{self.name} to take a client")

    def _is_in(self, peer):
        client = self.slot()["client"]
        return client is not None and client["address"] == "%s:%d" % peer.socket.getsockname()


class Desk:
    """@param slots  label -> further keys of its entry in slots.json"""

    def __init__(self, folder, **slots):
        self.boards = {label: Board(folder / label.lower()) for label in slots}
        ports = {label: free_port() for label in slots}
        self.stack = Stack(folder, {"slots": [
            {"label": label, "devnode": str(folder / label.lower()), "tcp_port": ports[label], **more}
            for label, more in slots.items()]}).start("hotplugd", "bridged")
        self._check_started()
        self.bus = Bus(self.stack.runtime)
        self.outlets = {label: Outlet(self.bus, label, ports[label], self.boards[label]) for label in slots}
        for outlet in self.outlets.values():
            outlet.wait_state("idle")

    def _check_started(self):
        ended = {name: self.stack.said(name) for name, process in self.stack.running.items()
                 if process.poll() is not None}
        if ended:
            self.stack.stop()  # nobody else will: there is no desk to close
        assert not ended, f"did not start: {ended}; built in {rig.BUILD}"

    def __getitem__(self, label):
        return self.outlets[label]

    @property
    def pid(self):
        return self.stack.running["bridged"].pid

    def close(self):
        self.bus.close()
        codes = self.stack.stop()
        print(self.stack.said("bridged")[-4000:])
        for board in self.boards.values():
            board.close()
        assert set(codes.values()) <= {0}, f"a daemon did not end cleanly: {codes}"
