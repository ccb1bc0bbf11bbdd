"""A kernel and a udevd to a program under umockdev's preload library: a sysfs, a database, and events."""
import functools
import glob
import os
import pathlib
import shutil
import socket
import struct
import subprocess

from boards import OF_THE_KERNEL
from rig import PATIENCE

MAGIC = 0xFEEDCAFE
HASH_OF_TTY = 0x8AFA90C8  # the monitor's socket filter compares it: MurmurHash2 of the subsystem


def lines(properties):
    return b"".join(os.fsencode(f"{name}={value}\n") for name, value in properties.items())


def of_udevd(node):
    return {k: v for k, v in node.properties.items() if k not in OF_THE_KERNEL | {"SUBSYSTEM", "USEC_INITIALIZED"}}


def message(action, devpath, properties):
    """As udevd sends it to those who listen to libudev's monitor."""
    body = lines({"ACTION": action, "DEVPATH": devpath, "SEQNUM": 1, **properties}).replace(b"\n", b"\0")
    head = struct.pack("=8s", b"libudev") + struct.pack(">I", MAGIC) + struct.pack("=III", 40, 40, len(body))
    return head + struct.pack(">IIII", HASH_OF_TTY, 0, 0, 0) + body


@functools.cache
def namespaces():
    """Whether this machine lets us have them; most containers do not."""
    tried = subprocess.run(["unshare", "--map-root-user", "--mount", "--net", "mount", "-t", "tmpfs", "none", "/run"],
                           capture_output=True, check=False)
    return tried.returncode == 0


class Testbed:
    """What is plugged in. Its folder is what UMOCKDEV_DIR names."""

    __test__ = False  # to pytest

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.sys, self.database = self.folder / "sys", self.folder / "run/udev/data"
        for made in (self.sys / "bus", self.sys / "class", self.database):
            made.mkdir(parents=True)
        self.now = 5_000_000  # udevd's clock, µs

    def start_udevd(self):
        """Programs that are started from here on find its socket and its database."""
        (self.folder / "run/udev/control").touch()

    def around(self, command):
        """The command that runs `command` in here. umockdev leaves /run/udev as it is, so a namespace gives it ours."""
        inside = ["env", "LD_PRELOAD=libumockdev-preload.so.0", f"UMOCKDEV_DIR={self.folder}", *command]
        return self.in_namespace(inside) if namespaces() else inside

    def in_namespace(self, command, *more):
        mounts = f'mount -t tmpfs none /run && mkdir /run/udev && mount --bind {self.folder}/run/udev /run/udev && exec "$@"'
        return ["unshare", "--map-root-user", "--mount", *more, "sh", "-c", mounts, "sh", *command]

    def plug(self, board):
        """Enumerated: all of it is in sysfs and in the database before anybody is told."""
        self.put(board)
        self.tell(board, "add")
        return board

    def unplug(self, board):
        self.take(board)
        self.tell(board, "remove")

    def put(self, board):
        self.now += 1_000
        for node in board.nodes:
            if "USEC_INITIALIZED" in node.properties:
                node.properties["USEC_INITIALIZED"] = str(self.now)
            self._put(node)
        for node in board.ttys:
            self._symlink(self._listing(node), self._path(node))

    def take(self, board):
        """Children first, and from where it is looked for before all."""
        for node in reversed(board.nodes):
            self._listing(node).unlink(missing_ok=True)
            if node.number:
                (self.sys / "dev/char" / node.number).unlink(missing_ok=True)
                (self.database / f"c{node.number}").unlink(missing_ok=True)
            shutil.rmtree(self._path(node), ignore_errors=True)

    def tell(self, board, action, **others):
        """udevd's word about each tty; `others` are properties that are to be different."""
        for node in board.ttys:
            self.send(action, node.devpath, {**node.properties, **others})

    def send(self, action, devpath, properties):
        listener = self.listener()
        if listener:
            with listener:
                listener.send(message(action, devpath, properties))

    def listener(self):
        """A socket to who listens to udevd, if anybody does. It waits when that one is slow: nothing is dropped."""
        for path in glob.glob(f"{self.folder}/event[0-9]*"):
            end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            end.settimeout(PATIENCE)
            try:
                end.connect(path)
                return end
            except (ConnectionRefusedError, FileNotFoundError):
                end.close()  # of a daemon that has ended. Not ours to unlink: the next one may just have taken the name
        return None

    def _path(self, node):
        return self.folder / ("sys" + node.devpath)

    def _subsystem(self, node):
        place = self.sys / ("class" if node.subsystem == "tty" else "bus") / node.subsystem
        place.mkdir(parents=True, exist_ok=True)
        return place

    def _listing(self, node):
        """The symlink by which the device is found in its subsystem."""
        return self._subsystem(node) / ("" if node.subsystem == "tty" else "devices") / node.name

    def _put(self, node):
        path = self._path(node)
        path.mkdir(parents=True, exist_ok=True)
        for name, value in node.attributes.items():
            (path / name).write_bytes(value if isinstance(value, bytes) else os.fsencode(value + "\n"))
        self._symlink(path / "subsystem", self._subsystem(node))
        if node.subsystem != "tty":  # those are found from this moment on, so they come last
            self._symlink(self._listing(node), path)
        for name, target in node.links.items():
            self._symlink(path / name, target)
        # With udevd's as well, as umockdev has it: where no namespace hides the machine's database.
        known = {k: v for k, v in node.properties.items() if k in OF_THE_KERNEL or not namespaces()}
        (path / "uevent").write_bytes(lines(known))
        if node.number:
            self._symlink(self.sys / "dev/char" / node.number, path)
            self._note(node)

    def _note(self, node):
        """udevd's database; a device without an entry is one that udevd has not got to yet."""
        if not of_udevd(node):
            return
        entry = f"I:{node.properties.get('USEC_INITIALIZED', 1)}\n".encode()
        entry += b"".join(b"E:" + line for line in lines(of_udevd(node)).splitlines(keepends=True))
        (self.database / f"c{node.number}").write_bytes(entry + b"V:1\n")

    def _symlink(self, link, target):
        """Relative, as the kernel's: an absolute one would lead out of the testbed."""
        link.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(link):
            relative = isinstance(target, str)
            link.symlink_to(target if relative else os.path.relpath(target, link.parent))
