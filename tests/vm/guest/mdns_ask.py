"""Asks the link for a DNS-SD service, as another machine does, and prints names and ports of the instances: mdns_ask.py TYPE

RFC 6762 §6.7: who asks from a port of its own is answered there.
"""
import socket
import struct
import sys
import time

MDNS = ("224.0.0.251", 5353)
PTR, SRV = 12, 33
WAIT_S = 5


def encoded(name):
    return b"".join(bytes([len(label)]) + label for label in name.encode().split(b".")) + b"\0"


def name_at(data, at):
    """(the name, the place behind it); RFC 1035 §4.1.4."""
    labels, behind = [], None
    while data[at]:
        if data[at] >= 0xC0:
            behind = behind or at + 2
            at = struct.unpack_from(">H", data, at)[0] & 0x3FFF
        else:
            labels.append(data[at + 1:at + 1 + data[at]].decode())
            at += 1 + data[at]
    return ".".join(labels), behind or at + 1


def ports(data):
    """{instance: port} of an answer."""
    _, _, questions, *records = struct.unpack_from(">6H", data)
    at, found = 12, {}
    for _ in range(questions):
        at = name_at(data, at)[1] + 4
    for _ in range(sum(records)):
        name, at = name_at(data, at)
        kind, size = struct.unpack_from(">H6xH", data, at)
        if kind == SRV:
            found[name] = struct.unpack_from(">H", data, at + 14)[0]
        at += 10 + size
    return found


def main():
    asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asking.settimeout(0.2)
    question = struct.pack(">6H", 1, 0, 1, 0, 0, 0) + encoded(sys.argv[1]) + struct.pack(">2H", PTR, 1)
    until, found = time.monotonic() + WAIT_S, {}
    asking.sendto(question, MDNS)
    while time.monotonic() < until:
        try:
            found |= ports(asking.recv(9000))
        except TimeoutError:
            continue
    for name, port in sorted(found.items()):
        print(port, name)


if __name__ == "__main__":
    main()
