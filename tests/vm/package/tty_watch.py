"""That nobody opens a board's tty meanwhile, as it stays open in systemd's file descriptor store: an open() raises DTR and RTS.
bridged says "opened" of a tty however it came to it, so the kernel is asked."""
import contextlib

from hotplug.lab import expect, until

PROGRAM = "/root/opens.py"
# In the guest. Answers each line with the events since; "open" is one of its own, that it is seen to see them.
WATCH = """import ctypes, json, os, struct, sys
IN_OPEN, DEVNODE = 0x20, sys.argv[1]
eye = ctypes.CDLL(None).inotify_init1(os.O_NONBLOCK)
assert ctypes.CDLL(None).inotify_add_watch(eye, os.fsencode(DEVNODE), IN_OPEN) >= 0
def seen():
    try:
        return [hex(mask) for _, mask, _, _ in struct.iter_unpack("iIII", os.read(eye, 65536))]
    except BlockingIOError:
        return []
print(json.dumps("watching"), flush=True)
for line in sys.stdin:
    if line == "open\\n":
        os.close(os.open(DEVNODE, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK))
    print(json.dumps(seen()), flush=True)
"""


def until_in_store(bench):
    def look():
        kept = bench.show("bridge", "NFileDescriptorStore")
        return kept >= 1, kept
    until("systemd keeps a tty of rfc2217-bridge", look)


@contextlib.contextmanager
def tty_stays_open(bench, usb_port):
    """Served at the beginning and at the end, and not opened once in between."""
    bench.settled()
    until_in_store(bench)
    devnode = bench.slot(usb_port)["devnode"]
    bench.stage(PROGRAM, WATCH)
    with bench.shell.program(f"python3 {PROGRAM} {devnode}") as watch:
        expect(watch.answer() == "watching", f"no watch of {devnode}")
        yield
        bench.settled()
        until_in_store(bench)
        found = bench.slot(usb_port)["devnode"]
        expect(found == devnode, f"{devnode} is {found} now")
        events = watch.ask("seen")
        expect(not events, f"{devnode} was opened or is another one now; inotify says {events}")
        expect(watch.ask("open") == ["0x20"], "the watch sees no open")  # last, as it raises DTR and RTS
