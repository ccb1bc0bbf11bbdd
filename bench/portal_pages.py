#!/usr/bin/python3
"""The portal with many open pages: 8 boards that talk at 921600 baud, 50 pages that follow one each, and one that never
reads. How late output is shown, whether any page has a hole, how long API answers take, what portald needs. With node,
Chromium and the packages of tests/browser, also how smoothly a wall of 8 consoles is drawn meanwhile.

    bench/portal_pages.py [--build build/release] [--pages 50] [--seconds 20] [--json FILE]

Exit code 1: a page had a hole that it was not told of, or an API request failed.
"""
import argparse
import base64
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
BOARDS, RATE = 8, 92160  # bytes a second each
LINE = re.compile(rb"n=(\d{9}) ")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build/release")
    parser.add_argument("--pages", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--json", type=pathlib.Path, help="write the numbers there, too")
    return parser.parse_args()


OPTIONS = arguments()
os.environ["RFC2217_BUILD"] = str(OPTIONS.build.resolve())
sys.path.insert(0, str(TOP / "tests/integration"))
from rig import Board, Stack, free_port  # noqa: E402
from web_socket import Closed, Page  # noqa: E402


def talk(board, over):
    """Numbered lines of 64 bytes, so that a hole is seen."""
    began, said, number = time.monotonic(), 0, 0
    while not over.wait(0.02):
        lines = []
        while said < (time.monotonic() - began) * RATE:
            lines.append(b"n=%09d %s\r\n" % (number, b"x" * 50))
            number, said = number + 1, said + 64
        board.say(b"".join(lines))


class Reader:
    """A page that follows one slot; what it is shown has to be without holes."""

    def __init__(self, port, slot, address):
        self.page = Page(port, peer=address)
        self.page.follow(slot, tail=0)
        self.rest, self.last = b"", None
        self.bytes = self.holes = self.lost = 0
        self.delays = []

    def look(self, now):
        self.page.look()
        for message in self.page.messages:
            if message["type"] == "lost":
                self.lost, self.last, self.rest = self.lost + 1, None, b""
            if message["type"] == "output":
                self.take(message, now)
        self.page.messages.clear()

    def take(self, message, now):
        data = base64.b64decode(message["data"])
        self.bytes += len(data)
        self.delays.append((now, message["time"]))
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            found = LINE.match(line)
            if not found:
                continue  # the first one may be a part
            number = int(found[1])
            self.holes += self.last is not None and number != self.last + 1
            self.last = number


def parse_times(readers):
    """ISO times are parsed here, not while it is measured."""
    from datetime import datetime
    for reader in readers:
        reader.delays = [1000 * (now - datetime.fromisoformat(told).timestamp()) for now, told in reader.delays]


def ask(stack, over, took, failed):
    while not over.wait(0.1):
        began = time.monotonic()
        try:
            stack.get("/api/devices")
            took.append(1000 * (time.monotonic() - began))
        except Exception as fault:  # counted, and the exit code
            failed.append(str(fault))


def usage(pid):
    """(seconds of CPU, PSS in MB)"""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    pss = re.search(r"^Pss: +(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(pss[1]) / 1024


def share(values, part):
    return round(sorted(values)[min(len(values) - 1, int(len(values) * part))], 1) if values else None


def wall(port):
    """How a browser draws 8 consoles meanwhile; nothing, when there is none."""
    packages = OPTIONS.build.resolve().parent / "asan/tests/browser"
    if not (packages / "node_modules").is_dir():
        packages = OPTIONS.build.resolve().parent / "dev/tests/browser"
    if not shutil.which("node") or not (packages / "node_modules").is_dir():
        return None
    return subprocess.Popen(["node", str(TOP / "bench/portal_wall.mjs"), f"http://127.0.0.1:{port}/", str(OPTIONS.seconds),
                             str(packages)], stdout=subprocess.PIPE, text=True)


def measure(stack, slots):
    stalled = Page(stack.http, receive_buffer=4096)
    for slot in slots:
        stalled.follow(slot, tail=262144)
    browser = wall(stack.http)
    readers = [Reader(stack.http, slots[n % BOARDS], f"127.0.0.{2 + n % 4}") for n in range(OPTIONS.pages)]
    over, took, failed = threading.Event(), [], []
    asking = threading.Thread(target=ask, args=(stack, over, took, failed))
    asking.start()
    pid = stack.running["portald"].pid
    (cpu, _), began = usage(pid), time.monotonic()
    while time.monotonic() - began < OPTIONS.seconds:
        for reader in readers:
            reader.look(time.time())
    elapsed, (cpu_after, pss) = time.monotonic() - began, usage(pid)
    over.set()
    asking.join()
    parse_times(readers)
    rates = [reader.bytes / elapsed / 1000 for reader in readers]
    numbers = {
        "pages": OPTIONS.pages, "boards": BOARDS, "seconds": round(elapsed, 1),
        "slowest page, kB/s": round(min(rates), 1), "median page, kB/s": round(statistics.median(rates), 1),
        "shown after, ms, p50": share([d for r in readers for d in r.delays], 0.5),
        "shown after, ms, p99": share([d for r in readers for d in r.delays], 0.99),
        "pages with holes": sum(r.holes > 0 for r in readers), "losses told": sum(r.lost for r in readers),
        "API, ms, p50": share(took, 0.5), "API, ms, p99": share(took, 0.99), "API requests failed": len(failed),
        "portald, CPU": f"{100 * (cpu_after - cpu) / elapsed:.0f} %", "portald, PSS in MB": round(pss, 1),
    }
    if browser and (drawn := browser.communicate(timeout=120)[0]):
        numbers |= json.loads(drawn)
    stalled.socket.close()
    return numbers


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rfc2217-bench-"))
    over = threading.Event()
    boards = {f"S{n}": Board(folder / f"b{n}") for n in range(BOARDS)}
    slots = [{"label": label, "devnode": str(board.path), "tcp_port": free_port()} for label, board in boards.items()]
    stack = Stack(folder, {"slots": slots}).start()
    talking = [threading.Thread(target=talk, args=(board, over)) for board in boards.values()]
    try:
        for label in boards:
            stack.wait_slot(label, running=True)
        for thread in talking:
            thread.start()
        numbers = measure(stack, list(boards))
    except Closed:
        sys.exit("a page that reads was closed")
    finally:
        over.set()
        stack.stop()
        for board in boards.values():
            board.close()
        shutil.rmtree(folder, ignore_errors=True)
    for name, value in numbers.items():
        print(f"{name:28} {value}")
    if OPTIONS.json:
        OPTIONS.json.write_text(json.dumps(numbers, indent=1) + "\n")
    sys.exit(1 if numbers["pages with holes"] or numbers["API requests failed"] else 0)


if __name__ == "__main__":
    main()
