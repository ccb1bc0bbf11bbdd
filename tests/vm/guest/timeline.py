#!/usr/bin/python3
"""The kernel's own word on what comes and goes, with times: timeline.py prints lines of JSON

  {"at": s, "tty": "add", "port": "1.2", "name": "ttyUSB0"}     the uevent, as udev hears it
  {"at": s, "listening": [4001, 4002]}                          ports from 4000 on, when they change

"at" is CLOCK_MONOTONIC. Ports are looked at every 10 ms for some seconds after a uevent, else twice a second.
"""
import json
import re
import socket
import time

KOBJECT_UEVENT = 15  # a protocol of netlink, and
KERNEL_EVENTS = 1  # its group; 2 is udevd's
LISTEN = "0A"
LOOK_S, WATCHED_S, ELSE_S = 0.01, 5, 0.5


def say(**what):
    print(json.dumps({"at": round(time.monotonic(), 4), **what}), flush=True)


def listening():
    with open("/proc/net/tcp", encoding="ascii") as file:
        rows = [line.split() for line in file.readlines()[1:]]
    ports = {int(row[1].split(":")[1], 16) for row in rows if row[3] == LISTEN}
    return sorted(port for port in ports if 4000 <= port < 5000)


def told(message):
    """Says a tty's event; others are nothing to us."""
    fields = dict(part.split("=", 1) for part in message.decode(errors="replace").split("\0") if "=" in part)
    place = re.search(r"/\d+-([\d.]+):1\.\d+/", fields.get("DEVPATH", ""))
    if fields.get("SUBSYSTEM") == "tty" and place:
        say(tty=fields["ACTION"], port=place[1], name=fields["DEVNAME"])
        return True
    return False


def main():
    events = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, KOBJECT_UEVENT)
    events.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    events.bind((0, KERNEL_EVENTS))
    before, watch_until = None, 0.0
    while True:
        events.settimeout(LOOK_S if time.monotonic() < watch_until else ELSE_S)
        try:
            if told(events.recv(65536)):
                watch_until = time.monotonic() + WATCHED_S
        except TimeoutError:
            pass
        now = listening()
        if now != before:
            say(listening=now)
            before = now


if __name__ == "__main__":
    main()
