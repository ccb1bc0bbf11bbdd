"""Whether all who speak of the boards say the same, and what is true. Decides only, from what guest/views.py says."""

PORTS = range(4000, 5000)  # what the tests use of them


def key(usb_port):
    """The slot_key of a USB port of the VM."""
    return f"pci-0000:00:04.0-usb-0:{usb_port}:1.0"


def by_key(entries):
    return {entry["slot_key"]: entry for entry in entries}


def of_running(slot, device, entry):
    """What is wrong with a slot whose board is plugged in; of the portal's entry for it."""
    if slot["state"] not in ("idle", "in_use"):
        yield f"{slot['slot']} is {slot['state']}: {slot['reason']}"
    if not slot["device"] or slot["device"]["devnode"] != device["devnode"]:
        yield f"{slot['slot']} is at {slot['devnode']}, hotplugd says {device['devnode']}"
    if not entry["running"] or entry["devnode"] != device["devnode"]:
        yield f"the portal says {slot['slot']} is {entry['state']} at {entry['devnode']}, not at {device['devnode']}"


def of_empty(slot, entry):
    if slot["state"] != "empty" or slot["device"]:
        yield f"{slot['slot']} is {slot['state']}, but nothing is plugged in there"
    if entry["running"] or entry["present"]:
        yield f"the portal says {slot['slot']} is {entry['state']}, but nothing is plugged in there"


def of_file(configured, slot):
    written, served = [(entry["label"], entry["tcp_port"]) for entry in (configured, slot)]
    if written != served:
        yield f"slots.json has {written}, bridged {served}"


def faults(views, usb_ports):
    """All that is wrong when there should be boards at these ports, and nowhere else."""
    silent = [name for name, said in views.items() if said is None]
    if silent:
        yield f"no answer: {', '.join(silent)}"
        return
    devices, slots = by_key(views["devices"]), by_key(views["slots"])
    portal, file = by_key(views["api"]["slots"]), by_key(views["file"]["slots"])
    wanted = {key(port) for port in usb_ports}
    if set(devices) != wanted:
        yield f"hotplugd has {sorted(devices)}"
    if not wanted <= set(slots) or set(slots) != set(file) or set(slots) != set(portal):
        yield f"slots of bridged {sorted(slots)}, of slots.json {sorted(file)}, of the portal {sorted(portal)}"
        return
    for slot_key, slot in slots.items():
        yield from of_file(file[slot_key], slot)
        if slot_key in devices:
            yield from of_running(slot, devices[slot_key], portal[slot_key])
        else:
            yield from of_empty(slot, portal[slot_key])
    open_ports = [port for port in views["listening"] if port in PORTS]
    if open_ports != sorted(slots[slot_key]["tcp_port"] for slot_key in wanted):
        yield f"listening: {open_ports}"
