"""What hotplugd makes of devices, each as udev describes it."""
import re
import subprocess

import pytest

from boards import DEVICES, described

# description: (vid, pid, serial, product, driver, interfaces)
KNOWN = {
    "cp2102": ("10c4", "ea60", "0001", "CP2102 USB to UART Bridge Controller", "cp210x", ["00"]),
    "ch340": ("1a86", "7523", "", "USB Serial", "ch341", ["00"]),
    "ft232r": ("0403", "6001", "A50285BI", "FT232R USB UART", "ftdi_sio", ["00"]),
    "ft4232h": ("0403", "6011", "", "Quad RS232-HS", "ftdi_sio", ["00", "01", "02", "03"]),
    "cp2105": ("10c4", "ea70", "00F8D13A", "CP2105 Dual USB to UART Bridge Controller", "cp210x", ["00", "01"]),
    "ch9102_dual": ("1a86", "55d2", "54BB002817", "USB Dual_Serial", "cdc_acm", ["00", "02"]),
    "esp32s3_jtag": ("303a", "1001", "68:B6:B3:3D:12:A4", "USB JTAG/serial debug unit", "cdc_acm", ["00"]),
    "arduino_uno": ("2341", "0043", "75830303934351E0B1C2", "0043", "cdc_acm", ["00"]),
}
CONNECTORS = {  # (host, port): what slot_keys begin with
    ("pc", "1.2"): "pci-0000:00:14.0-usb-0:1.2:1.",
    ("pc", "1.4.3.2"): "pci-0000:00:14.0-usb-0:1.4.3.2:1.",
    ("pi3", "1.2"): "platform-3f980000.usb-usb-0:1.2:1.",
    ("pi4", "1.3"): "platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.3:1.",
}


@pytest.mark.parametrize("name", sorted(p.stem for p in DEVICES.glob("*.umockdev")))
def test_each_description_is_one_that_umockdev_takes(name, tmp_path):
    ran = subprocess.run(["umockdev-run", "--device", DEVICES / f"{name}.umockdev", "--", "ls", "/sys/class/tty"],
                         capture_output=True, text=True, check=False, env={"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin"})
    assert ran.stdout.split() == sorted(n.name for n in described(name).nodes if n.subsystem == "tty"), ran


def facts(device):
    return tuple(device[k] for k in ("vid", "pid", "serial", "product", "driver", "interface"))


@pytest.mark.parametrize("connector", CONNECTORS, ids=lambda c: "-".join(c))
@pytest.mark.parametrize("name", KNOWN)
def test_what_is_there_at_start_is_in_the_snapshot(name, connector, bed, hotplugd):
    host, port = connector
    for end in re.finditer(r"\.", port):
        bed.put(described("hub", port=port[:end.start()], host=host))  # its texts are none of the board's
    bed.put(described(name, port=port, host=host))
    hotplugd.start()
    *of_all, interfaces = KNOWN[name]
    assert {key: facts(d) for key, d in hotplugd.devices().items()} == {
        f"{CONNECTORS[connector]}{int(n)}": (*of_all, n) for n in interfaces}
    assert hotplugd.snapshot()["seq"] == len(interfaces)


@pytest.mark.parametrize("name", KNOWN)
def test_it_comes_and_goes_over_the_bus(name, bed, hotplugd):
    hotplugd.start()
    diary = hotplugd.diary()
    board = bed.plug(described(name))
    bed.unplug(board)
    count = len(board.ttys)
    events = diary.events_until(2 * count)
    assert [(topic, device["slot_key"], device["devnode"]) for topic, device, _ in events] == [
        (f"device.{what}/", key, node) for what in ("added", "removed") for key, node in zip(board.keys, board.devnodes)]
    assert [header["seq"] for _, _, header in events] == list(range(1, 2 * count + 1))
    assert hotplugd.devices() == {}


def test_each_port_of_one_interface_is_a_slot_and_the_first_has_the_key_without_a_port(bed, hotplugd):
    first, key = bed.plug(described("mos7840")), "pci-0000:00:14.0-usb-0:1.2:1.0"
    hotplugd.start()
    keys = [key, f"{key}-port1", f"{key}-port2", f"{key}-port3"]
    assert hotplugd.listed() == dict(zip(keys, first.devnodes))
    assert {d["interface"] for d in hotplugd.devices().values()} == {"00"}
    second = bed.plug(described("mos7840", port="1.3", first=4))
    bed.unplug(first)  # sysfs knows the ports no more
    hotplugd.caught_up()
    assert hotplugd.listed() == dict(zip([k.replace("1.2:", "1.3:") for k in keys], second.devnodes))
    assert hotplugd.story()[-4:] == [(k, "removed", n) for k, n in zip(keys, first.devnodes)]


def test_without_id_path_the_devpath_is_the_key(bed, hotplugd):
    board = bed.plug(described("cp2102").without_udev("ID_PATH"))
    hotplugd.start()
    assert hotplugd.listed() == {board.ttys[0].devpath: "/dev/ttyUSB0"}
    bed.unplug(board)
    hotplugd.caught_up()
    assert hotplugd.listed() == {}


def test_two_with_the_same_serial_are_told_apart_by_their_connectors(bed, hotplugd):
    left = bed.plug(described("cp2102", port="1.2", first=0))
    hotplugd.start()
    right = bed.plug(described("cp2102", port="1.3", first=1))
    hotplugd.caught_up()
    assert {d["serial"] for d in hotplugd.devices().values()} == {"0001"}
    assert hotplugd.listed() == {left.keys[0]: "/dev/ttyUSB0", right.keys[0]: "/dev/ttyUSB1"}
    bed.unplug(left)
    hotplugd.caught_up()
    assert hotplugd.listed() == {right.keys[0]: "/dev/ttyUSB1"}


def test_what_is_no_usb_serial_tty_stays_out(bed, hotplugd):
    bed.put(described("no_usb_serial"))
    hotplugd.start()
    assert hotplugd.snapshot()["devices"] == []
    bed.plug(described("no_usb_serial"))
    board = bed.plug(described("cp2102"))
    bed.tell(board, "bind")  # says nothing of coming or going
    hotplugd.caught_up()
    assert hotplugd.story() == [(board.keys[0], "added", "/dev/ttyUSB0")]


def test_a_tty_that_settings_json_names_is_taken_though_it_is_no_usb_serial(bed, make_hotplugd):
    bed.put(described("no_usb_serial"))
    bed.put(described("cp2102"))
    daemon = make_hotplugd({"hotplug": {"devnodes": ["/dev/ttyS?"]}}).start()
    assert daemon.listed() == {"pnp-00:04": "/dev/ttyS0"}


@pytest.mark.parametrize("hostile, clean", [
    (b"\x1b]0;pwned\x07\x1b[2J", "]0;pwned[2J"),
    (b"one\ntwo\r\nRFC2217 ready\n", "onetwoRFC2217 ready"),
    (b"x" * 4095, "x" * 256),
    (b"caf\xe9 \xff\xc0\x80", "caf\ufffd \ufffd\ufffd\ufffd"),
    ("[pci] removed /dev/ttyUSB0 \u2028 \u202e".encode(), "[pci] removed /dev/ttyUSB0 \u2028 \u202e"),
], ids=["escape", "lines", "long", "no-utf8", "forged"])
def test_a_hostile_text_of_a_device_is_cleaned_and_the_device_is_served(hostile, clean, bed, hotplugd):
    board = described("cp2102").without_udev("ID_SERIAL_SHORT", "ID_MODEL_ENC", "ID_VENDOR_ENC")
    board.usb.attributes.update(serial=hostile, product=hostile, manufacturer=hostile)
    bed.put(board)
    hotplugd.start()
    device = hotplugd.devices()[board.keys[0]]
    assert (device["serial"], device["product"], device["manufacturer"]) == (clean, clean, clean)
    bed.unplug(board)
    hotplugd.caught_up()
    assert hotplugd.listed() == {}
    lines = hotplugd.said().splitlines()
    assert len([line for line in lines if board.keys[0] in line]) == 2, "one line for each announcement"
    assert not [c for line in lines for c in line if ord(c) < 32]


def test_hostile_properties_of_an_event_are_cleaned_too(bed, hotplugd):
    hotplugd.start()
    board = described("cp2102").without_udev("ID_PATH")
    hostile = "\x1b[2J" + "y" * 4000 + "\udcff"
    board.ttys[0].properties.update(ID_SERIAL_SHORT=hostile, ID_MODEL_ENC="\\x1b[2J" + hostile[4:], ID_PATH="usb\x1b[2J-\udcfe")
    bed.tell(board, "add")
    hotplugd.caught_up()
    device = hotplugd.devices()["usb[2J-\ufffd"]
    assert device["serial"] == device["product"] == ("[2J" + "y" * 4000)[:256]
    bed.tell(board, "remove")
    hotplugd.caught_up()
    assert hotplugd.listed() == {}


def test_nothing_is_read_from_the_hub_of_a_board_that_is_just_taken_down(bed, hotplugd):
    """It would tell the hub's names as the board's, and wait for the hub's lock."""
    hotplugd.start()
    bed.put(described("hub", port="1"))
    board = described("cp2102").without_udev("ID_MODEL_ENC", "ID_VENDOR_ENC")
    bed.tell(board, "add")
    hotplugd.caught_up()
    device = hotplugd.devices()[board.keys[0]]
    assert (device["product"], device["serial"]) == ("", "0001")


def test_a_device_that_udevd_has_not_got_to_yet_waits_for_its_event(bed, hotplugd, udevd):
    board = described("cp2102")
    early = described("cp2102").without_udev()
    bed.put(early)  # the kernel has it, and nobody knows its ID_PATH
    hotplugd.start()
    assert hotplugd.snapshot()["seq"] == 0
    bed.plug(board)
    hotplugd.caught_up()
    assert hotplugd.story() == [(board.keys[0], "added", "/dev/ttyUSB0")]


def test_where_no_udevd_runs_sysfs_alone_tells(place, make_hotplugd):
    daemon = make_hotplugd()
    board = described("esp32s3_jtag").without_udev()
    daemon.bed.put(board)
    (daemon.bed.folder / "run/udev/control").unlink()
    daemon.start()
    device = daemon.devices()[board.ttys[0].devpath]
    assert facts(device) == KNOWN["esp32s3_jtag"][:5] + ("00",)


