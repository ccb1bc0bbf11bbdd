"""A board crashes, boots, runs out of memory or falls silent, and somebody is told: by the bus, a webhook, a command."""
import contextlib
import http.server
import json
import ssl
import subprocess
import threading

import pytest
import zmq

import clients
from rig import BUILD, Stack, free_port, wait_until


class Hook(http.server.BaseHTTPRequestHandler):
    """Keeps what it is sent; answers 500 as often as it was told, then 204."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append(body)
        self.server.refusals -= 1
        self.send_response(500 if self.server.refusals >= 0 else 204)
        self.end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def hook(refusals=0, certificate=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.got, server.refusals = [], refusals
    server.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}/hook"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Listener:
    """What loggerd, or portald, says on the bus. A heartbeat that comes says that the rest would come too."""

    def __init__(self, stack, daemon):
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.SUB)
        self.socket.connect(f"ipc://{stack.runtime}/{daemon}.pub")
        for kind in ("heartbeat/", "log.boot/", "log.alert/"):
            self.socket.subscribe(kind)
        self.bodies = []
        self.wait_heartbeat()

    def all(self, kind):
        while self.socket.poll(0):
            topic, _, body = self.socket.recv_multipart()
            self.bodies.append((topic.decode().split("/")[0], json.loads(body)))
        return [body for of, body in self.bodies if of == kind]

    def alerts(self, rule):
        return [alert for alert in self.all("log.alert") if alert["rule"] == rule]

    def counters(self, slot):
        return self.all("heartbeat")[-1]["counters"]["slots"].get(slot)

    def wait_heartbeat(self):
        before = len(self.all("heartbeat"))
        wait_until(lambda: len(self.all("heartbeat")) > before, "a heartbeat")

    def close(self):
        self.context.destroy(linger=0)


@pytest.fixture
def listen():
    made = []

    def listener(*args):
        made.append(Listener(*args))
        return made[-1]

    yield listener
    for one in made:
        one.close()


def test_a_simulated_boards_crash_comes_to_bus_webhook_and_command_with_all_its_lines(folder, listen):
    board = subprocess.Popen([str(BUILD / "tools/boardsim/boardsim"), "--tick", "0.2", str(folder / "esp")])
    wait_until((folder / "esp").exists, "the board")
    told = folder / "told"
    slots = {"slots": [{"label": "My ESP", "devnode": str(folder / "esp"), "tcp_port": free_port()}]}
    with hook(refusals=1) as server:
        stack = Stack(folder, slots, {"alerts": {
            "webhooks": [{"url": server.url, "rules": ["crash"]}, {"url": server.url, "slots": ["Other"]}],
            "commands": [{"run": ["/usr/bin/tee", str(told)], "rules": ["crash"]}]}})
        try:
            stack.start().wait_slot("My ESP", running=True)
            loggerd, portald = listen(stack, "loggerd"), listen(stack, "portald")
            with clients.connect(stack.slot("My ESP")["tcp_port"]) as client:
                wait_until(lambda: b"tick" in client.recv(4096), "a line before the crash")
                client.sendall(b"crash\r\n")
                wait_until(lambda: len(server.got) == 2, "the webhook's two tries")
            first, second = server.got
            assert first == second, "the same alert, with the same id, after an answer of 500"
            assert first["id"] == f'{first["serial_epoch"]}-{first["serial_seq"]}-crash'
            assert (first["slot"], first["rule"]) == ("My-ESP", "crash")
            assert "LoadProhibited" in first["text"]
            assert any("tick" in line for line in first["context"])
            assert any("Backtrace: 0x400d5a39" in line for line in first["dump"])
            assert first["dump"][-1] == "Rebooting..."
            wait_until(lambda: told.exists() and told.read_text().endswith("}"), "the command's input")
            assert json.loads(told.read_text()) == first
            boot = wait_until(lambda: [b for b in loggerd.all("log.boot") if "rst:0xc" in b["reason"]], "the boot")
            assert boot[0]["rom"] == "ets Jul 29 2019 12:21:46" and boot[0]["idf_version"] == "v5.2"
            seen = wait_until(lambda: (c := loggerd.counters("My-ESP")) and c["crashes"] == 1 and c, "the counters")
            assert seen["boots_today"] >= 1 and seen["last_reason"] == "rst:0xc (SW_CPU_RESET)"
            wait_until(lambda: portald.all("heartbeat")[-1]["counters"]["alerts"] ==
                       {"delivered": 2, "failed": 0, "dropped": 0, "waiting": 0}, "the counters of delivery")
        finally:
            codes = stack.stop()
            board.terminate()
            board.wait(60)
        assert set(codes.values()) == {0}


DUMP = (b"I (1) app: before\nGuru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.\n",
        b"PC      : 0x400d5a3c\n", b"Backtrace: 0x400d5a39:0x3ffb5c90\n", b"Rebooting...\n")


def test_a_loggerd_killed_in_the_middle_of_a_dump_tells_of_one_whole_crash(make_stack, boards, listen):
    stack = make_stack().start()
    loggerd = listen(stack, "loggerd")
    boards["a"].say(DUMP[0])
    wait_until(lambda: DUMP[0].splitlines()[-1] in stack.log_text(), "the beginning of it in the log")
    stack.kill("loggerd")
    boards["a"].say(b"".join(DUMP[1:]))  # now: a board that crashes waits for nobody, and a pause of 3 s ends a dump
    stack.start("loggerd")
    loggerd.wait_heartbeat()
    wait_until(lambda: (c := loggerd.counters("A")) and c["crashes"] == 1, "the counter")
    # loggerd may have told it before anybody was subscribed again, so whoever was not there asks
    [alert] = stack.get("/api/slots/A/events?kind=alert")["events"]
    assert "LoadProhibited" in alert["text"] and alert["context"] == ["I (1) app: before"]
    assert alert["dump"] == [part.decode().strip() for part in DUMP[1:]]


def test_rules_match_at_their_rate_and_silence_alarms_once(make_stack, boards, listen):
    stack = make_stack({"alerts": {"rules": [
        {"name": "door", "pattern": "door (open|broken)", "slots": ["A"], "every_s": 3600},
        {"name": "silence", "silence_s": 1, "slots": ["B"]}]}})
    stack.start()
    loggerd = listen(stack, "loggerd")
    boards["b"].say(b"hello\n")
    wait_until(lambda: loggerd.alerts("silence"), "silence")
    had = len(loggerd.alerts("silence"))
    boards["b"].say(b"E (1) app: out of memory\n")
    for _ in range(3):
        boards["a"].say(b"W (7) door open\n")
    boards["b"].say(b"door open\n")
    boards["a"].say(b"Out of memory\n")
    wait_until(lambda: len(loggerd.alerts("silence")) > had, "silence after it spoke")
    wait_until(lambda: len(loggerd.alerts("memory")) == 2, "what ships")
    assert [alert["text"] for alert in loggerd.alerts("door")] == ["W (7) door open"]


def test_a_webhook_whose_certificate_nobody_vouches_for_is_told_nothing(make_stack, boards, folder, listen):
    made = folder / "hook.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", made, "-out", folder / "public.pem"],
                   check=True, stderr=subprocess.DEVNULL)
    made.write_text(made.read_text() + (folder / "public.pem").read_text())
    with hook(certificate=made) as server:
        stack = make_stack({"alerts": {"webhooks": [{"url": server.url}]}}).start()
        stack.wait_slot("A", running=True)
        for daemon in ("loggerd", "portald"):
            listen(stack, daemon)
        boards["a"].say(b"E (1) app: out of memory\n")
        wait_until(lambda: "SSL certificate problem" in stack.said("portald"), "the refusal")
        assert server.got == []


def test_what_is_raised_while_the_portal_or_the_receiver_is_down_is_delivered_when_it_is_back(make_stack, boards, listen):
    def texts(server):
        return [alert["text"] for alert in server.got]

    with hook(refusals=0) as server:
        stack = make_stack({"alerts": {"rules": [{"name": "door", "pattern": "door", "every_s": 0}],
                                       "webhooks": [{"url": server.url, "rules": ["door"]}]}}).start()
        listen(stack, "portald")
        boards["a"].say(b"door 1\n")
        wait_until(lambda: texts(server) == ["door 1"], "the first")
        stack.kill("portald")
        loggerd = listen(stack, "loggerd")
        boards["a"].say(b"door 2\n")
        wait_until(lambda: loggerd.alerts("door"), "the second to be raised")
        stack.kill("loggerd")
        stack.start("loggerd")
        stack.start("portald")
        wait_until(lambda: "door 2" in texts(server), "what was raised when there was no portal")
        server.refusals = 1
        boards["a"].say(b"door 3\n")
        wait_until(lambda: "door 3" in texts(server), "the third to be refused once")
        stack.kill("portald")
        stack.start("portald")
        wait_until(lambda: texts(server).count("door 3") > 1, "what was not delivered when the portal ended")
        events = stack.get("/api/slots/A/events?kind=alert")["events"]
        assert [event["text"] for event in events if event["rule"] == "door"] == ["door 1", "door 2", "door 3"]
        shown = wait_until(lambda: stack.get("/api/alerts")["alerts"], "what the portal knows of the time before it")
        assert [alert["text"] for alert in shown] == ["door 3", "door 2", "door 1"]
        assert len({alert["id"] for alert in server.got}) == 3, "twice is the same alert"


@pytest.mark.parametrize("daemon, alerts, said", [
    ("loggerd", {"rules": [{"name": "x", "pattern": "("}]}, "alerts: rules[0]: pattern: "),
    ("portald", {"webhooks": [{"url": "file:///etc/passwd"}]}, "alerts: webhooks[0]: url: "),
    ("portald", {"commands": [{"run": "rm -rf /"}]}, "alerts: commands[0]: run: "),
    ("loggerd", {"rule": []}, "alerts: rule: "),
])
def test_what_is_wrong_in_the_settings_is_said_at_start(make_stack, daemon, alerts, said):
    stack = make_stack({"alerts": alerts})
    stack.start(daemon)
    assert stack.running.pop(daemon).wait(60) == 78
    assert said in stack.said(daemon)
