"""More than the socket holds. umockdev's is no netlink socket, so here it is the kernel's own, in a namespace."""
import json
import signal
import subprocess
import sys

import pytest

from boards import described
from hotplug_rig import Hotplugd
from rig import wait_until
from test_storms import sum_of
from testbed import Testbed

UDEVD = """
import json, socket, sys
from testbed import message
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 15)  # NETLINK_KOBJECT_UEVENT
for line in sys.stdin:
    netlink.sendto(message(*json.loads(line)), (0, 2))  # to those who listen to udevd
    print("sent", flush=True)
"""


class KernelBed(Testbed):
    """Its events go over netlink; sysfs is the machine's, in which none of our boards is."""

    udevd = None

    def around(self, command):
        return self.in_namespace(command, "--net")

    def join(self, process):
        """From here on to those in that process's namespaces."""
        self.udevd = subprocess.Popen(
            ["nsenter", f"--target={process.pid}", "--user", "--net", "--preserve-credentials", sys.executable, "-B",
             "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{UDEVD}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def send(self, action, devpath, properties):
        print(json.dumps([action, devpath, properties]), file=self.udevd.stdin, flush=True)
        assert self.udevd.stdout.readline() == "sent\n"

    def close(self):
        if self.udevd:
            self.udevd.stdin.close()
            self.udevd.wait()


@pytest.fixture
def daemon(place, udevd):
    bed = KernelBed(place / "bed")
    bed.start_udevd()  # and its database has nothing: an enumeration finds no device
    made = Hotplugd(place, bed).start()
    bed.join(made.process)
    yield made
    bed.close()
    made.close()


def test_what_the_kernel_had_to_drop_is_made_up_for_by_an_enumeration(daemon):
    bed, stays, flaps = daemon.bed, described("cp2102", port="1.2"), described("cp2102", port="1.3", first=1)
    bed.tell(stays, "add")
    daemon.caught_up()
    assert daemon.listed() == {stays.keys[0]: "/dev/ttyUSB0"}

    daemon.process.send_signal(signal.SIGSTOP)
    try:
        for since in range(6_000_000, 6_002_000):
            for action in ("add", "remove"):
                bed.tell(flaps, action, USEC_INITIALIZED=since, PADDING="x" * 4000)
        bed.tell(flaps, "add", USEC_INITIALIZED=since + 1)
        bed.tell(stays, "remove")  # nobody will hear of it
    finally:
        daemon.process.send_signal(signal.SIGCONT)
    wait_until(lambda: "enumerating again" in daemon.said(), "the loss to be noticed")
    wait_until(lambda: daemon.listed() == {}, "the truth")
    assert sum_of(daemon.story()) == {}
    assert daemon.said().count("enumerating again") == 1

    bed.tell(stays, "add", USEC_INITIALIZED=7_000_000)
    daemon.caught_up()
    assert daemon.listed() == {stays.keys[0]: "/dev/ttyUSB0"}, "and it goes on"
