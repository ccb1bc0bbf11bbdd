#!/usr/bin/python3
"""The real settings of a tty that bridged has open: tty_settings.py DEVNODE prints a line of JSON
for each line that comes in.

The open would be one too many: it raises DTR and RTS also when the tty is open already. So
this takes a copy of bridged's own descriptor.
"""
import ctypes
import fcntl
import json
import os
import struct
import subprocess
import sys
import termios

PIDFD_GETFD = 438  # a system call that Python has no name for
TCGETS2 = 0x802C542A
CMSPAR = 0o10000000000
BITS = {termios.CS5: 5, termios.CS6: 6, termios.CS7: 7, termios.CS8: 8}


def borrowed(devnode):
    pid = int(subprocess.check_output(["systemctl", "show", "-P", "MainPID", "rfc2217-bridge"]))
    for number in os.listdir(f"/proc/{pid}/fd"):
        if os.readlink(f"/proc/{pid}/fd/{number}") == devnode:
            libc = ctypes.CDLL(None, use_errno=True)
            ours = libc.syscall(PIDFD_GETFD, os.pidfd_open(pid), int(number), 0)
            if ours < 0:
                sys.exit(os.strerror(ctypes.get_errno()))
            return ours
    sys.exit(f"bridged has not got {devnode} open")


def parity(flags):
    if not flags & termios.PARENB:
        return "N"
    odd = bool(flags & termios.PARODD)
    return "SM"[odd] if flags & CMSPAR else "EO"[odd]


def settings(tty):
    iflag, _, cflag, _, _, _, _, speed = struct.unpack("=4IB19s2I", fcntl.ioctl(tty, TCGETS2, bytes(44)))
    lines, = struct.unpack("I", fcntl.ioctl(tty, termios.TIOCMGET, bytes(4)))
    return {
        "baud": speed, "bits": BITS[cflag & termios.CSIZE], "parity": parity(cflag),
        "stop": 2 if cflag & termios.CSTOPB else 1, "rtscts": bool(cflag & termios.CRTSCTS),
        "xonxoff": bool(iflag & termios.IXON), "hupcl": bool(cflag & termios.HUPCL),
        "dtr": bool(lines & termios.TIOCM_DTR), "rts": bool(lines & termios.TIOCM_RTS)}


def main(devnode):
    tty = borrowed(devnode)
    for _ in sys.stdin:
        print(json.dumps(settings(tty)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
