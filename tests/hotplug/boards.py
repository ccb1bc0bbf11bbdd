"""Boards as sysfs and udev describe them: devices/*.umockdev, moved to a connector."""
import dataclasses
import pathlib
import re

DEVICES = pathlib.Path(__file__).parent / "devices"
# What each description stands on: port 1.2 of a PC.
PC = ("pci0000:00/0000:00:14.0", "pci-0000:00:14.0")
# Host controllers: where they are in /sys/devices, and how ID_PATH calls them.
HOSTS = {
    "pc": PC,
    "pi3": ("platform/soc/3f980000.usb", "platform-3f980000.usb"),
    "pi4": ("platform/scb/fd500000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0",
            "platform-fd500000.pcie-pci-0000:01:00.0"),
}
# The kernel's own in a uevent; udevd adds the others and keeps them in its database.
OF_THE_KERNEL = {"DEVNAME", "DEVTYPE", "DRIVER", "MAJOR", "MINOR", "BUSNUM", "DEVNUM", "PRODUCT"}


@dataclasses.dataclass
class Node:
    """One device of the kernel's tree."""
    devpath: str
    properties: dict = dataclasses.field(default_factory=dict)
    attributes: dict = dataclasses.field(default_factory=dict)  # str, or bytes for what is no text
    links: dict = dataclasses.field(default_factory=dict)

    @property
    def subsystem(self):
        return self.properties["SUBSYSTEM"]

    @property
    def name(self):
        return self.devpath.rsplit("/", 1)[1]

    @property
    def number(self):
        """As the kernel names it in /sys/dev and udevd in its database."""
        return f"{self.properties['MAJOR']}:{self.properties['MINOR']}" if "MAJOR" in self.properties else None


@dataclasses.dataclass
class Board:
    nodes: list

    @property
    def ttys(self):
        return [n for n in self.nodes if n.subsystem == "tty"]

    @property
    def usb(self):
        return next(n for n in self.nodes if n.properties.get("DEVTYPE") == "usb_device")

    @property
    def keys(self):
        return [n.properties["ID_PATH"] for n in self.ttys]

    @property
    def devnodes(self):
        return [n.properties["DEVNAME"] for n in self.ttys]

    def without_udev(self, *names):
        """As if udevd had not found these out; all that it adds without names."""
        for node in self.nodes:
            for name in names or set(node.properties) - OF_THE_KERNEL - {"SUBSYSTEM"}:
                node.properties.pop(name, None)
        return self


def described(name, port="1.2", first=0, host="pc"):
    """The board of a description, plugged in at another connector and with other tty numbers."""
    return Board(parse(moved((DEVICES / f"{name}.umockdev").read_text(), port, first, host)))


def moved(text, port, first, host):
    hubs = [f"1-{port[:dot.start()]}" for dot in re.finditer(r"\.", port)]
    words = {
        PC[0]: HOSTS[host][0], PC[1]: HOSTS[host][1],
        "1-1/1-1.2": "/".join([*hubs, f"1-{port}"]), "1-1.2": f"1-{port}",
        "usb-0:1.2:": f"usb-0:{port}:", "usb-0_1_2_": f"usb-0_{port.replace('.', '_')}_",
        "devpath=1.2": f"devpath={port}",
    }
    # Longest first, all at once: no replacement is replaced again.
    text = re.sub("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)), lambda m: words[m[0]], text)
    text = re.sub(r"\btty(USB|ACM)(\d+)", lambda m: f"tty{m[1]}{int(m[2]) + first}", text)
    text = re.sub(r"\b(188|166):(\d+)", lambda m: f"{m[1]}:{int(m[2]) + first}", text)
    return re.sub(r"(MAJOR=(?:188|166)\nE: MINOR=)(\d+)", lambda m: m[1] + str(int(m[2]) + first), text)


def parse(text):
    """umockdev's format: a paragraph for each device, parents first."""
    nodes = []
    for paragraph in text.strip().split("\n\n"):
        node = None
        for line in paragraph.split("\n"):
            kind, content = line.split(": ", 1)
            if kind == "P":
                node = Node(content)
                nodes.append(node)
            elif kind in "EAL":
                key, value = content.split("=", 1)
                {"E": node.properties, "A": node.attributes, "L": node.links}[kind][key] = value
    return nodes
