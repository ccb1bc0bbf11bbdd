"""What the portal tells by itself, against the real daemons: /api/events, /metrics, alerts and counters."""
import contextlib
import http.client
import json
import re
import urllib.request

from rig import PATIENCE, wait_until
from web_socket import Page

CRASH = (b"I (5012) app: tick 5\r\n"
         b"Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.\r\n"
         b"Backtrace: 0x400d5a39:0x3ffb5c90\r\n\r\nRebooting...\r\n")


class Events:
    """A client of /api/events, as curl is one."""

    def __init__(self, answer):
        self.answer = answer

    def next(self, kind):
        """The next message of that type."""
        event = None
        while True:
            line = self.answer.readline().decode().rstrip("\n")
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            elif line.startswith("data: ") and event == kind:
                return json.loads(line.removeprefix("data: "))


@contextlib.contextmanager
def events(stack):
    connection = http.client.HTTPConnection("127.0.0.1", stack.http, timeout=PATIENCE)
    connection.request("GET", "/api/events")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Content-Type")) == (200, "text/event-stream")
    with answer:  # it keeps the connection
        yield Events(answer)
    connection.close()


def metrics(stack):
    with urllib.request.urlopen(f"http://127.0.0.1:{stack.http}/metrics", timeout=PATIENCE) as answer:
        text = answer.read().decode()
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            assert re.fullmatch(r"# (HELP \w+ .+|TYPE \w+ (counter|gauge))", line), line
            continue
        name, value = re.fullmatch(r'(\w+(?:\{\w+="[^"]*"\})?) (\d+)', line).groups()
        assert name not in found, f"{name} is there twice"
        found[name] = int(value)
    return found


def test_events_are_the_state_and_then_what_changes(stack):
    with events(stack) as stream:
        assert stream.next("begin")["hostname"]
        slots = {stream.next("slot")["entry"]["label"] for _ in "AB"}
        assert slots == {"A", "B"}
        stream.next("end")
        assert stack.post("/api/slots/A/claim", {"owner": "ann", "ttl_s": 60})[0] == 200
        while (entry := stream.next("slot")["entry"])["claim"] is None:
            pass
        assert (entry["label"], entry["claim"]["owner"]) == ("A", "ann")


def test_who_leaves_the_events_is_forgotten(stack):
    with events(stack) as stream:
        stream.next("end")
        assert metrics(stack)["rfc2217_pages"] == 1
    wait_until(lambda: metrics(stack)["rfc2217_pages"] == 0, "the stream to be forgotten")


def test_metrics_count_what_happened(stack, boards):
    boards["a"].say(b"hello\r\n")
    assert stack.post("/api/slots/A/write", {"text": "help"})[0] == 200
    wait_until(lambda: metrics(stack).get('rfc2217_log_lines_total{slot="A"}', 0) >= 1, "loggerd's heartbeat")
    wait_until(lambda: metrics(stack).get('rfc2217_tx_bytes_total{slot="A"}') == 4, "bridged's heartbeat")
    now = metrics(stack)
    assert now['rfc2217_rx_bytes_total{slot="A"}'] == 7
    assert now['rfc2217_running{slot="B"}'] == 1
    assert {now[f'rfc2217_up{{daemon="{name}"}}'] for name in ("hotplugd", "bridged", "loggerd", "portald")} == {1}
    resyncs = now['rfc2217_bus_resyncs_total{daemon="bridged"}']
    stack.kill("bridged")
    stack.start("bridged")
    wait_until(lambda: metrics(stack)['rfc2217_bus_resyncs_total{daemon="bridged"}'] > resyncs, "a new snapshot")


def test_a_crash_is_pushed_with_its_dump_listed_and_counted(stack, boards):
    with Page(stack.http) as page:
        page.hear("end")
        boards["a"].say(CRASH)
        alert = page.hear("alert", kind="alert", slot="A")
        assert alert["rule"] == "crash"
        assert "Guru Meditation" in alert["text"]
        assert any("tick 5" in line for line in alert["context"])
        assert any("Backtrace" in line for line in alert["dump"])
        page.until(lambda p: [m for m in p.messages if m["type"] == "slot" and m["entry"]["label"] == "A" and
                              (m["entry"]["log"] or {}).get("crashes") == 1], "the crash to be counted")
    assert [a["id"] for a in stack.get("/api/alerts?slot=A")["alerts"] if a["kind"] == "alert"] == [alert["id"]]
    assert stack.get(f"/api/alerts?id={alert['id']}")["alerts"][0]["dump"] == alert["dump"]
    assert stack.get("/api/alerts?slot=B")["alerts"] == []
    assert stack.slot("A")["log"]["fault"] is None


def test_no_address_has_nearly_all_places(stack):
    with contextlib.ExitStack() as pages:
        for _ in range(52):
            assert pages.enter_context(Page(stack.http)).status == 101
        assert pages.enter_context(Page(stack.http)).status == 503
        assert pages.enter_context(Page(stack.http, peer="127.0.0.2")).status == 101
        assert stack.get("/healthz")["status"] == "ok"
