"""Logs read back by verbs and over HTTP: while they are written, when they are compressed, in parts."""
import datetime
import http.client
import json
import subprocess
import threading
import time
import urllib.parse

import pytest
from bus import Bus, Refused
from rig import wait_until

OLD = "board_B_2026-02-03.log"


class LogBus(Bus):
    def read(self, **args):
        """(answer, text)"""
        answer, (text,) = self.ask_for_frames("log.read", **args)
        return answer, text


@pytest.fixture
def bus(stack):
    made = LogBus(stack.runtime, "loggerd")
    # The portal may know the slots before loggerd does.
    wait_until(lambda: {s["slot"] for s in made.ask("snapshot")["slots"]} == {"A", "B"}, "loggerd to know the slots")
    yield made
    made.close()


@pytest.fixture(autouse=True)
def knows_its_slots(bus):
    """In every test, also where nobody asks the bus."""


def old_text(lines=20000):
    """A day's log of slot B: a line every four seconds."""
    start = datetime.datetime(2026, 2, 3)
    return "".join(
        f"[{start + datetime.timedelta(seconds=4 * n):%Y-%m-%d %H:%M:%S}.{n % 1000:03}] [RX] I ({n}) app: tick {n}\n"
        for n in range(lines)).encode()


def put_old(stack, text, packed, split=1 << 20):
    """Yesterday's log: as it is, as one frame of `zstd`, or as the row of frames that loggerd makes."""
    # A loggerd that has just started hears of the slots a moment later.
    wait_until(lambda: fetch(stack, "/api/logs?slot=B")[0] == 200, "loggerd to know the slot")
    if packed == "plain":
        (stack.logs / OLD).write_bytes(text)
        return
    parts = [text] if packed == "one frame" else [text[at:at + split] for at in range(0, len(text), split)]
    size = (lambda part: [f"--stream-size={len(part)}"]) if packed == "frames" else lambda part: []
    out = b"".join(subprocess.run(["zstd", "-q", "-c", "--no-progress", *size(part)], input=part, stdout=subprocess.PIPE,
                                  check=True).stdout for part in parts)
    (stack.logs / (OLD + ".zst")).write_bytes(out)


def fetch(stack, path, method="GET", **headers):
    """(status, headers, body)"""
    line = http.client.HTTPConnection("127.0.0.1", stack.http, timeout=60)
    try:
        line.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        line.close()


def todays(stack, slot):
    def found():
        files = [f for f in stack.get(f"/api/logs?slot={slot}")["files"] if f["open"]]
        return files[0]["file"] if files else None
    return wait_until(found, f"a log that {slot} writes")


def read_on(bus, cursor=None, **args):
    """All that there is: (cursor, text)"""
    out, deadline = b"", time.monotonic() + 60
    while True:
        answer, text = bus.read(**args, **({"cursor": cursor} if cursor else {}))
        out += text
        cursor = answer["cursor"]
        if not answer["more"]:
            return cursor, out
        assert time.monotonic() < deadline


def test_a_follower_gets_every_line_once_while_it_is_written(stack, boards, bus):
    cursor, seen = read_on(bus, slot="A")
    said = [f"line {n} of a board that talks".encode() for n in range(3000)]
    speaker = threading.Thread(target=lambda: [boards["a"].say(line + b"\r\n") for line in said])
    speaker.start()
    deadline = time.monotonic() + 60
    while said[-1] not in seen and time.monotonic() < deadline:
        cursor, more = read_on(bus, slot="A", cursor=cursor)
        assert more == b"" or more.endswith(b"\n")
        seen += more
    speaker.join()
    heard = [line.split(b"[RX] ", 1)[1] for line in seen.splitlines() if b"[RX] " in line]
    assert heard == said
    name = todays(stack, "A")
    assert seen == (stack.logs / name).read_bytes()
    _, last = read_on(bus, slot="A", last=3)
    assert last == b"".join(line + b"\n" for line in seen.splitlines()[-3:])


@pytest.mark.parametrize("packed", ["plain", "frames", "one frame"])
def test_a_time_is_read_out_of_a_day_whether_it_is_compressed_or_not(stack, bus, packed):
    text = old_text()
    put_old(stack, text, packed)
    lines = text.splitlines(keepends=True)
    _, all_of_it = read_on(bus, file=OLD)
    assert all_of_it == text
    _, hour = read_on(bus, slot="B", **{"from": "2026-02-03 10:00", "to": "2026-02-03 11:00:00"})
    assert hour == b"".join(lines[9000:9900])
    _, tail = read_on(bus, file=OLD, last=10)
    assert tail == b"".join(lines[-10:])


def test_a_cursor_holds_when_the_file_is_compressed_and_says_so_when_it_is_deleted(stack, bus):
    text = old_text()
    put_old(stack, text, "plain")
    first, head = bus.read(file=OLD, max_bytes=5000)
    put_old(stack, text, "frames")
    (stack.logs / OLD).unlink()
    _, rest = read_on(bus, file=OLD, cursor=first["cursor"])
    assert head + rest == text
    (stack.logs / (OLD + ".zst")).unlink()
    with pytest.raises(Refused) as refused:
        bus.read(file=OLD, cursor=first["cursor"])
    assert refused.value.code == "not_found"


def search_on(stack, query):
    """All matches: an answer ends where its time is up, and says where to go on."""
    page = stack.get(f"/api/logs/search?{query}")
    matches = page["matches"]
    while page["cursor"]:
        page = stack.get(f"/api/logs/search?{query}&cursor={urllib.parse.quote(page['cursor'])}")
        matches += page["matches"]
    return matches


@pytest.mark.parametrize("packed", ["plain", "frames", "one frame"])
def test_a_search_finds_line_place_and_context(stack, bus, packed):
    text = old_text()
    put_old(stack, text, packed)
    matches = search_on(stack, "pattern=app:+tick+12.45$&context=1&slot=B")
    ticks = [n for n in range(20000) if str(n).startswith("12") and str(n).endswith("45") and len(str(n)) == 5]
    assert [m["text"] for m in matches] == [f"I ({n}) app: tick {n}" for n in ticks]
    match = matches[0]
    line = text.splitlines()[ticks[0]]
    assert text[match["at"]:match["at"] + len(line)] == line
    assert (match["before"], match["after"]) == ([text.splitlines()[ticks[0] - 1].decode()],
                                                 [text.splitlines()[ticks[0] + 1].decode()])
    assert (match["file"], match["slot"], match["direction"]) == (OLD, "B", "RX")

    found, cursor = [], None
    while True:
        page = bus.ask("log.search", pattern="TICK 77", ignore_case=True, slot="B", limit=7,
                       **({"cursor": cursor} if cursor else {}))
        found += [m["text"] for m in page["matches"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert found == [f"I ({n}) app: tick {n}" for n in range(20000) if str(n).startswith("77")]


@pytest.mark.parametrize("packed", ["plain", "frames", "one frame"])
def test_a_download_is_the_text_whole_or_in_part(stack, packed):
    text = old_text(60000)
    put_old(stack, text, packed)
    status, headers, body = fetch(stack, f"/api/logs/{OLD}")
    assert (status, body == text) == (200, True)
    assert headers["Content-Type"].startswith("text/plain")
    assert headers["Content-Disposition"] == f'attachment; filename="{OLD}"'
    if packed == "one frame":
        return  # zstd was given a pipe: the frame does not say how much it holds, so there are no parts
    assert int(headers["Content-Length"]) == len(text)
    assert fetch(stack, f"/api/logs/{OLD}", "HEAD")[1]["Content-Length"] == str(len(text))
    for asked, begin, end in (("1000000-1999999", 1000000, 2000000), ("0-0", 0, 1), ("-5", len(text) - 5, len(text)),
                              (f"{len(text) - 3}-", len(text) - 3, len(text))):
        status, headers, body = fetch(stack, f"/api/logs/{OLD}", Range=f"bytes={asked}")
        assert (status, body == text[begin:end]) == (206, True), asked
        assert headers["Content-Range"] == f"bytes {begin}-{end - 1}/{len(text)}"
    status, headers, _ = fetch(stack, f"/api/logs/{OLD}", Range=f"bytes={len(text)}-")
    assert (status, headers["Content-Range"]) == (416, f"bytes */{len(text)}")


def test_an_open_log_is_listed_and_downloaded_while_it_is_written(stack, boards):
    boards["a"].say(b"hello from a board\r\n")
    name = todays(stack, "A")
    wait_until(lambda: b"hello from a board" in fetch(stack, f"/api/logs/{name}")[2], "the line over HTTP")
    put_old(stack, old_text(), "frames")
    old = [f for f in stack.get("/api/logs")["files"] if f["file"] == OLD][0]
    assert (old["slot"], old["compressed"], old["open"], old["text_bytes"]) == ("B", True, False, len(old_text()))
    assert old["first"] == "2026-02-03 00:00:00.000"
    assert [f["slot"] for f in stack.get("/api/logs?slot=A")["files"]] == ["A"]


def test_clients_that_do_not_read_leave_others_alone(stack):
    put_old(stack, old_text(400000), "plain")
    idle = []
    for _ in range(4):
        line = http.client.HTTPConnection("127.0.0.1", stack.http, timeout=60)
        line.request("GET", f"/api/logs/{OLD}")
        idle.append(line)
    status, _, body = fetch(stack, f"/api/logs/{OLD}", Range="bytes=0-99")
    assert (status, len(body)) == (206, 100)
    for line in idle:
        line.close()
    assert len(fetch(stack, f"/api/logs/{OLD}")[2]) == len(old_text(400000))


@pytest.mark.parametrize("path, status, error", [
    ("/api/logs/search?pattern=a(", 400, "log.search: pattern: missing ): a("),
    ("/api/logs/search", 400, "log.search: pattern: is missing"),
    ("/api/logs/search?pattern=a&form=x", 400, "query: form: is not a key that is known here"),
    ("/api/logs/search?pattern=a&cursor=../../etc/passwd@0", 400, "log.search: cursor: is none of ours"),
    ("/api/logs/passwd", 400, "log.read: file: is not the name of a log"),
    ("/api/logs/nobody_2026-02-03.log", 404, "there is no log nobody_2026-02-03.log"),
    ("/api/logs?slot=nobody", 404, "there is no slot nobody"),
])
def test_what_cannot_be_had_is_said(stack, path, status, error):
    got, _, body = fetch(stack, path)
    assert (got, json.loads(body)) == (status, {"ok": False, "error": error})
