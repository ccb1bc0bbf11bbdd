"""A virtual machine with a USB tree, and boards to plug into it. See README.md."""
import fcntl
import pathlib
import socket
import subprocess
import sys
import time

from .guest_shell import GuestShell
from .qmp import Qmp, QmpError

HERE = pathlib.Path(__file__).resolve().parent
BOOT_S = 400  # a busy host without KVM
# The kernel's name for the port is then pci-0000:00:04.0-usb-0:PORT:1.0
USB_TREE = ["-device", "qemu-xhci,id=xhci,addr=4,p2=8,p3=8", "-device", "usb-hub,bus=xhci.0,port=1",
            "-device", "usb-hub,bus=xhci.0,port=2"]


class MachineError(Exception):
    pass


def child(command, **options):
    """A process that Ctrl-C does not reach, as it is ended in order, and that does not outlive us."""
    return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *command], stdin=subprocess.DEVNULL,
                            start_new_session=True, **options)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def adapter(folder, name, port, serial):
    """QEMU's arguments for the FT232 of a board: its chardev, its device."""
    device = {"driver": "usb-serial", "id": f"board-{name}", "chardev": f"wire-{name}", "bus": "xhci.0",
              "port": port, "always-plugged": True}
    if serial:
        device["serial"] = serial
    return f"{folder}/{name}.board", device


class Controls:
    """What can be done to a running machine, by anyone who knows its folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def qmp(self):
        return Qmp(self.folder / "qmp")

    def shell(self):
        return GuestShell(self.folder, self.folder / "key", (self.folder / "ssh_port").read_text())

    def plug(self, name, port, serial=None):
        """The board NAME at a USB port: 1.2 is port 2 of the hub at root port 1."""
        wire, device = adapter(self.folder, name, port, serial)
        address = {"type": "unix", "data": {"path": wire}}
        with self.qmp() as qmp:
            qmp.call("chardev-add", id=f"wire-{name}",
                     backend={"type": "socket", "data": {"addr": address, "server": False}})
            try:
                qmp.call("device_add", **device)
            except QmpError:
                qmp.call("chardev-remove", id=f"wire-{name}")
                raise

    def hub(self, name, port):
        with self.qmp() as qmp:
            qmp.call("device_add", driver="usb-hub", id=f"board-{name}", bus="xhci.0", port=port)

    def unplug(self, name):
        """A board; or a hub, with all that is plugged into it."""
        with self.qmp() as qmp:
            qmp.call("device_del", id=f"board-{name}")
            qmp.wait_until_deleted(f"board-{name}")
            for chardev in qmp.call("query-chardev"):
                if chardev["label"].startswith("wire-") and not chardev["frontend-open"]:
                    qmp.call("chardev-remove", id=chardev["label"])

    def forward(self, guest_port):
        """Makes a port of the guest one of this machine, on loopback; returns which."""
        port = free_port()
        with self.qmp() as qmp:
            qmp.monitor(f"hostfwd_add net tcp:127.0.0.1:{port}-:{guest_port}")
        return port

    def reset(self):
        """Like its reset button."""
        with self.qmp() as qmp:
            qmp.call("system_reset")

    def power_button(self):
        with self.qmp() as qmp:
            qmp.call("system_powerdown")


class Machine(Controls):
    """Owns QEMU and the boards; both end with it."""

    def __init__(self, image, folder, boards):
        super().__init__(folder)
        self._image = pathlib.Path(image)
        self._qemu = None
        self._plugged = {}  # name -> (port, serial): of boards, for a start with them
        (self.folder / "key").symlink_to(self._image / "key")
        self._in_use = open(self._image / "key.pub", "rb")  # image/build removes no image that is locked
        fcntl.flock(self._in_use, fcntl.LOCK_SH)
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2",
                        "-b", str(self._image / "disk.qcow2"), str(self.folder / "disk.qcow2")], check=True)
        self._boards = child([sys.executable, "-B", str(HERE / "boards.py"), str(folder), *boards],
                             stdout=subprocess.PIPE)
        if self._boards.stdout.readline() != b"ready\n":
            raise MachineError("the boards do not start")

    def plug(self, name, port, serial=None):
        super().plug(name, port, serial)
        self._plugged[name] = (port, serial)

    def unplug(self, name):
        super().unplug(name)
        self._plugged.pop(name, None)

    def _command(self):
        net = f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{(self.folder / 'ssh_port').read_text()}-:22"
        command = [
            "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-machine", "q35", "-accel", "tcg,thread=multi",
            "-cpu", "Nehalem", "-smp", "2", "-m", "1024", "-display", "none",
            "-serial", f"file:{self.folder}/console", "-qmp", f"unix:{self.folder}/qmp,server=on,wait=off",
            "-kernel", str(self._image / "vmlinuz"), "-initrd", str(self._image / "initrd.img"),
            "-append", "root=/dev/vda rw console=ttyS0 quiet mitigations=off nowatchdog",
            "-drive", f"file={self.folder}/disk.qcow2,if=virtio,cache=unsafe", "-netdev", net,
            "-device", "virtio-net-pci,netdev=net,romfile=", "-device", "virtio-rng-pci", *USB_TREE]
        for name, (port, serial) in self._plugged.items():
            wire, device = adapter(self.folder, name, port, serial)
            driver = device.pop("driver")
            device["always-plugged"] = "on"
            properties = ",".join(f"{name}={value}" for name, value in device.items())
            command += ["-chardev", f"socket,id=wire-{name},path={wire}", "-device", f"{driver},{properties}"]
        return command

    def start(self):
        """Boots, with the boards that are plugged in."""
        (self.folder / "ssh_port").write_text(str(free_port()))
        with open(self.folder / "qemu.log", "ab") as log:
            self._qemu = child(self._command(), stdout=log, stderr=log)
        self.wait_until_up()

    def has_ended(self):
        return self._qemu.poll() is not None

    def wait_until_up(self):
        shell = self.shell()
        deadline = time.monotonic() + BOOT_S
        while not shell.answers():
            if self.has_ended():
                raise MachineError("QEMU has ended: " + (self.folder / "qemu.log").read_text()[-2000:])
            if time.monotonic() > deadline:
                raise MachineError(f"the guest is not up after {BOOT_S} s; its console says:\n" +
                                   (self.folder / "console").read_text(errors="replace")[-2000:])
            time.sleep(0.5)
        shell.try_run("systemctl is-system-running --wait", timeout=BOOT_S)

    def reboot(self):
        """An orderly one, from inside."""
        shell = self.shell()
        before = shell.run("cat /proc/sys/kernel/random/boot_id")
        shell.try_run("systemctl reboot")
        shell.hang_up()
        deadline = time.monotonic() + BOOT_S
        while True:
            self.wait_until_up()
            now = shell.try_run("cat /proc/sys/kernel/random/boot_id")
            if now.returncode == 0 and now.stdout != before:
                return
            shell.hang_up()
            if time.monotonic() > deadline:
                raise MachineError("the guest does not reboot")

    def power_off(self):
        """An orderly one. start() boots it again."""
        self.shell().hang_up()
        self.power_button()
        self._qemu.wait(BOOT_S)

    def stop(self):
        """At once; what was on its disk is lost with the folder."""
        if self._qemu and not self.has_ended():
            self.shell().hang_up()
            self._qemu.kill()
            self._qemu.wait()
        self._in_use.close()
        self._boards.terminate()
        self._boards.wait()
        self._boards.stdout.close()
