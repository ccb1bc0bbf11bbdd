#!/usr/bin/python3
"""Search over a lot of logs: time to the first hit, MB/s and loggerd's peak memory, for logs as they are written and
compressed ones. Makes its logs in a temporary folder and deletes them.

    bench/log_search.py [--loggerd build/release/services/loggerd/loggerd] [--mb 1000]

Exit code 1: a bar was missed (first hit within 1 s per 100 MB, 32 MB of memory).
"""
import argparse
import datetime
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests/integration"))
from bus import Bus  # noqa: E402
from rig import wait_until  # noqa: E402

FILES = 20
NEEDLE = "Guru Meditation Error: Core  0 panic'ed (StoreProhibited)"
# What is asked; each hits the last line of the last file only.
SEARCHES = {
    "literal": {"pattern": "panic'ed (Store".replace("(", "\\(")},
    "pattern": {"pattern": r"(Guru|Kernel) Meditation .*\d panic"},
    "any case": {"pattern": "guru meditation error", "ignore_case": True},
    "in lines": {"pattern": r"^Guru Meditation .*\)$"},
}
BAR_SECONDS = 1.0  # per 100 MB
BAR_MB = 32


def realistic_log(day, size, chance):
    """What boards say: wifi, heap, sensors, an HTTP log, now and then a boot."""
    clock = datetime.datetime.fromisoformat(day)
    kinds = ["I ({n}) wifi: state: run -> init (bb0), rssi {a}", "I ({n}) app: heap free {b} min {c}",
             "D ({n}) sensor: t={a}.{c} C h={b} % p=101{a} hPa", "W ({n}) http: GET /api/v1/state/{b} 200 {c} B in {a} ms",
             "[{n}][I][main.cpp:{a}] loop(): tick {b}", "{a};{b};{c};{n};ok", "> status\\"]
    out, had, n = [], 0, 0
    while had < size:
        n += chance.randrange(1, 400)
        clock += datetime.timedelta(milliseconds=chance.randrange(1, 60))
        text = chance.choice(kinds).format(n=n, a=chance.randrange(100), b=chance.randrange(10**5), c=chance.randrange(10**4))
        line = f"[{clock:%Y-%m-%d %H:%M:%S}.{clock.microsecond // 1000:03}] [{'TX' if text[0] == '>' else 'RX'}] {text}\n"
        out.append(line)
        had += len(line)
    return "".join(out).encode(), clock


class Loggerd:
    def __init__(self, binary, folder):
        self.folder = folder
        (folder / "run").mkdir()
        (folder / "log").mkdir()
        (folder / "settings.json").write_text(json.dumps({"log": {"keep_bytes": 1 << 40, "keep_days": 0}}))
        self.binary, self.process, self.bus = binary, None, None

    def start(self):
        self.process = subprocess.Popen(
            [self.binary, "--settings", self.folder / "settings.json", "--runtime-dir", self.folder / "run",
             "--state-dir", self.folder / "state", "--log-dir", self.folder / "log"], stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL)
        wait_until(lambda: (self.folder / "run/loggerd.rpc").exists(), "loggerd")
        self.bus = Bus(self.folder / "run", "loggerd")

    def stop(self):
        if self.process:
            if self.bus:
                self.bus.close()
            self.process.terminate()
            self.process.wait()
            self.process = None

    def peak_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


def first_hit(bus, asked):
    """(seconds, bytes searched)"""
    began, searched, cursor = time.monotonic(), 0, None
    while True:
        answer = bus.ask("log.search", limit=1, context=5, **asked, **({"cursor": cursor} if cursor else {}))
        searched += answer["searched"]
        cursor = answer["cursor"]
        if answer["matches"]:
            return time.monotonic() - began, searched
        assert cursor, "the needle was not found"


def measure(loggerd, form):
    missed = False
    for name, asked in SEARCHES.items():
        seconds, searched = first_hit(loggerd.bus, asked)
        per_100 = seconds / (searched / 1e8)
        missed = missed or per_100 > BAR_SECONDS
        print(f"{form:11} {name:9} {seconds:7.2f} s for {searched / 1e6:6.0f} MB   {per_100:6.3f} s/100 MB   "
              f"{searched / 1e6 / seconds:6.0f} MB/s   peak {loggerd.peak_mb():5.1f} MB")
    return missed or loggerd.peak_mb() > BAR_MB


def put_logs(folder, day, parts):
    for n, text in enumerate(parts):
        (folder / f"board{n:02}_BENCH{n:02}_{day}.log").write_bytes(text)


def main():
    asked = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    asked.add_argument("--loggerd", default=TOP / "build/release/services/loggerd/loggerd", type=pathlib.Path)
    asked.add_argument("--mb", default=1000, type=int)
    asked = asked.parse_args()
    today = datetime.date.today().isoformat()
    base, end = realistic_log(today, asked.mb * 1_000_000 // FILES, random.Random(2217))
    needle = f"[{end:%Y-%m-%d %H:%M:%S}.999] [RX] {NEEDLE}\n".encode()
    parts = [base] * (FILES - 1) + [base + needle]
    with tempfile.TemporaryDirectory(prefix="log-search-") as folder:
        loggerd = Loggerd(asked.loggerd, pathlib.Path(folder))
        try:
            put_logs(loggerd.folder / "log", today, parts)  # of today, so that it stays as it is
            loggerd.start()
            missed = measure(loggerd, "as written")
            loggerd.stop()
            for n in range(FILES):
                (loggerd.folder / f"log/board{n:02}_BENCH{n:02}_{today}.log").rename(
                    loggerd.folder / f"log/board{n:02}_BENCH{n:02}_2026-02-03.log")
            began = time.monotonic()
            loggerd.start()
            wait_until(lambda: not list((loggerd.folder / "log").glob("*.log")), "all to be compressed", 600)
            seconds = time.monotonic() - began
            packed = sum(f.stat().st_size for f in (loggerd.folder / "log").iterdir())
            print(f"compressed  to {packed / asked.mb / 1e4:.0f} % in {seconds:.1f} s, {asked.mb / seconds:.0f} MB/s   "
                  f"peak {loggerd.peak_mb():.1f} MB")
            missed = measure(loggerd, "compressed") or missed
        finally:
            loggerd.stop()
    sys.exit(missed)


main()
