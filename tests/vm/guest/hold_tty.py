#!/usr/bin/python3
"""Another program that has a tty: hold_tty.py DEVNODE [exclusive] opens it, says so, and holds it while its
input lasts."""
import fcntl
import json
import os
import sys
import termios

tty = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
if sys.argv[2:] == ["exclusive"]:
    fcntl.ioctl(tty, termios.TIOCEXCL)
print(json.dumps("held"), flush=True)
sys.stdin.read()
