"""A bridged that is killed, or started again, keeps its ttys open in systemd's file descriptor store; here a manager that
does what systemd does with it."""
import ctypes
import os
import signal
import socket
import subprocess

import pytest
from clients import connect
from rig import Stack, wait_until

IN_OPEN = 0x20


class Manager:
    """The end of NOTIFY_SOCKET, and what it was given to keep: {name: descriptor}"""

    def __init__(self, folder):
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.socket.setblocking(False)
        self.store = {}

    def kept(self):
        """The names, after all that was said until now."""
        while True:
            try:
                text, descriptors, _, _ = socket.recv_fds(self.socket, 4096, 16)
            except BlockingIOError:
                return sorted(self.store)
            said = dict(line.split("=", 1) for line in text.decode().splitlines())
            if "FDSTORE" in said:
                [descriptor] = descriptors
                self.drop(said["FDNAME"])
                self.store[said["FDNAME"]] = descriptor
            elif "FDSTOREREMOVE" in said:
                self.drop(said["FDNAME"])

    def drop(self, name):
        if name in self.store:
            os.close(self.store.pop(name))

    def close(self):
        for name in self.kept():
            self.drop(name)
        self.socket.close()


class Managed(Stack):
    """bridged is started as systemd starts it."""

    def __init__(self, folder, slots, manager):
        super().__init__(folder, slots)
        self.manager = manager

    def start(self, *names):
        if names == ("bridged",):
            return self.start_with_what_is_kept()
        return super().start(*names)

    def command(self, name):
        command = super().command(name)
        return ["env", f"NOTIFY_SOCKET={self.manager.path}", *command] if name == "bridged" else command

    def start_with_what_is_kept(self):
        names = self.manager.kept()
        held = [os.dup(self.manager.store[name]) for name in names]
        before = len(self.said("bridged"))

        def as_systemd_does():
            for number, descriptor in enumerate([os.dup2(one, 100 + i) for i, one in enumerate(held)]):
                os.dup2(descriptor, 3 + number)

        shell = 'export LISTEN_PID=$$; exec "$@"'
        with open(self.folder / "bridged.out", "ab") as out:
            self.running["bridged"] = subprocess.Popen(
                ["sh", "-c", shell, "sh", *self.command("bridged")], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env=os.environ | {"LISTEN_FDS": str(len(held)), "LISTEN_FDNAMES": ":".join(names)},
                preexec_fn=as_systemd_does, pass_fds=range(3, 3 + len(held)))
        for one in held:
            os.close(one)
        wait_until(lambda: " ready\n" in self.said("bridged")[before:], "bridged to be ready")
        return self


class Opens:
    """Whether somebody has opened a device since."""

    def __init__(self, path):
        libc = ctypes.CDLL(None, use_errno=True)
        self.descriptor = libc.inotify_init1(os.O_NONBLOCK)
        assert libc.inotify_add_watch(self.descriptor, os.fsencode(os.path.realpath(path)), IN_OPEN) >= 0

    def any(self):
        try:
            return bool(os.read(self.descriptor, 4096))
        except BlockingIOError:
            return False

    def close(self):
        os.close(self.descriptor)


@pytest.fixture
def manager(folder):
    made = Manager(folder)
    yield made
    made.close()


@pytest.fixture
def managed(folder, boards, ports, manager):
    """Both slots run, and nobody but bridged, and the manager, has the boards' ttys open."""
    slots = [{"label": name, "devnode": str(boards[name.lower()].path), "tcp_port": port} for name, port in ports.items()]
    made = Managed(folder, {"slots": slots}, manager).start()
    for name in ports:
        made.wait_slot(name, running=True)
    for board in boards.values():
        os.close(board.tty)
        board.tty = os.open(os.devnull, os.O_RDONLY)
    assert len(manager.kept()) == 2
    yield made
    made.stop()


def name_of(board):
    number = os.stat(board.path).st_rdev
    return f"tty-{os.major(number)}-{os.minor(number)}"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_next_bridged_does_not_open_the_tty_and_what_was_said_meanwhile_is_logged(managed, boards, ports, how):
    opens = Opens(boards["a"].path)
    managed.kill("bridged", how)
    assert name_of(boards["a"]) in managed.manager.kept()
    boards["a"].say(b"while nobody was there\r\n")
    managed.start("bridged")
    wait_until(lambda: b"[RX] while nobody was there" in managed.log_text(), "the log of it")
    assert not opens.any()
    opens.close()
    with connect(ports["A"]) as client:
        client.sendall(b"hello\r")
        boards["a"].hear(b"hello\r")


def test_a_port_that_is_stopped_is_closed_for_good(managed, boards):
    assert managed.post("/api/stop", {"slot": "A"})[0] == 200
    wait_until(lambda: name_of(boards["a"]) not in managed.manager.kept(), "it to be given back")
    with pytest.raises(OSError):
        os.read(boards["a"].end, 1)  # EIO: nobody has the other side


def test_another_board_at_the_place_of_one_that_was_kept_is_opened(managed, boards, ports):
    managed.kill("bridged")
    managed.manager.kept()
    boards["a"].vanish()
    boards["a"].come_back()
    managed.start("bridged")
    managed.wait_slot("A", running=True)
    boards["a"].say(b"I am new\r\n")
    wait_until(lambda: b"[RX] I am new" in managed.log_text(), "the log of it")
    assert name_of(boards["a"]) in managed.manager.kept()


def test_what_nobody_wants_any_more_is_given_back(managed, boards):
    managed.kill("bridged")
    managed.slots_file.write_text('{"slots": []}')
    managed.start("bridged")
    wait_until(lambda: managed.manager.kept() == [], "both to be given back")
