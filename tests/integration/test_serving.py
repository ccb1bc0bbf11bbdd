"""A board is a port, a log, a page and a stream: the whole way, with the clients that people use."""
import json
import os
import random
import re
import socket
import subprocess

import pytest
import serial
import zmq

import clients
import logfile
from rig import BUILD, wait_until

SANITIZED = re.search("asan|tsan", str(BUILD)) is not None
# A sanitized loggerd is ten times slower than any board is fast; what fits into the ring has to suffice for it.
BULK = 256 * 1024 if SANITIZED else 16 * 1024 * 1024


def open_serial(port, **settings):
    return serial.serial_for_url(f"rfc2217://127.0.0.1:{port}", timeout=20, **settings)


def test_pyserial_reads_and_writes_with_the_bare_url(stack, boards, ports):
    with open_serial(ports["A"], baudrate=115200) as port:
        boards["A".lower()].say(b"hello from the board\r\n")
        assert port.read_until(b"\n") == b"hello from the board\r\n"
        port.write(b"hello to the board\n")
        boards["a"].hear(b"hello to the board\n")


@pytest.mark.parametrize("baud", [9600, 74880, 250000, 921600, 1500000])
def test_pyserial_sets_any_baud_rate(stack, boards, ports, baud):
    with open_serial(ports["A"], baudrate=115200) as port:
        port.baudrate = baud
        stack.wait_slot("A", state="in_use")
        assert wait_until(lambda: stack.slot("A")["settings"]["baud"] == baud, f"{baud} at the tty")
    wait_until(lambda: f"Baudrate changed to {baud}" in logfile.infos(stack.log_text()), "the log's line")


def test_pyserial_opens_and_closes_many_times(stack, ports):
    for _ in range(5):
        with open_serial(ports["A"], baudrate=115200) as port:
            assert port.cts in (True, False)  # raises unless a modem state was ever notified


def test_raw_clients_get_raw_bytes(stack, boards, ports):
    with clients.connect(ports["A"]) as raw:
        raw.sendall(b"plain\r\n")
        boards["a"].hear(b"plain\r\n")
        boards["a"].say(b"\x00\xff\xfe bytes\n")
        got = b""
        while not got.endswith(b"\n"):
            got += raw.recv(100)
        assert got == b"\x00\xff\xfe bytes\n"


def test_socat_sends_a_line_and_gets_the_answer(stack, boards, ports):
    socat = subprocess.Popen(["socat", "-t5", "-", f"tcp:127.0.0.1:{ports['A']}"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    socat.stdin.write(b"version\n")
    socat.stdin.close()
    boards["a"].hear(b"version\n")
    boards["a"].say(b"v1.2.3\n")
    assert socat.stdout.read() == b"v1.2.3\n"
    assert socat.wait(60) == 0


def test_a_second_client_is_told_who_has_the_slot(stack, ports):
    with clients.connect(ports["A"]) as first, clients.connect(ports["A"]) as second:
        said = b""
        while chunk := second.recv(1000):
            said += chunk
        assert b"%s:%d" % (first.getsockname()[0].encode(), first.getsockname()[1]) in said
        assert said.count(b"\n") == 1


def test_the_slot_is_free_after_a_reset_and_after_a_close(stack, boards, ports):
    for ending in ("reset", "close"):
        client = clients.connect(ports["A"])
        client.sendall(b"x")
        boards["a"].hear(b"x")
        if ending == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
        stack.wait_slot("A", state="idle")
    infos = wait_until(lambda: [i for i in logfile.infos(stack.log_text()) if i.startswith("Client")][3:4]
                       and logfile.infos(stack.log_text()), "both endings in the log")
    assert "Client connection reset" in infos
    assert "Client disconnected" in infos


def test_bulk_arrives_intact_both_ways_and_is_in_the_log(make_stack, boards, ports):
    stack = make_stack({"log": {"binary": "escape"}}).start()
    stack.wait_slot("A", running=True)
    chance = random.Random(20261122)
    to_client, to_board = chance.randbytes(BULK), chance.randbytes(BULK)
    with clients.connect(ports["A"]) as client:
        client.sendall(clients.WILL_COM_PORT)
        at_client, at_board = clients.exchange(client, boards["a"], to_client, to_board)
    assert clients.telnet_decode(at_client) == to_client
    assert at_board == to_board
    for direction, sent in (("RX", to_client), ("TX", to_board)):
        expected = sent.replace(b"\r\n", b"\n")
        wait_until(lambda d=direction, n=len(expected): len(logfile.decode(whole_lines(stack), d)) >= n,
                   f"all {direction} bytes in the log", patience=300)
        assert logfile.decode(whole_lines(stack), direction).removesuffix(b"\n") == expected.removesuffix(b"\n")


def whole_lines(stack):
    text = stack.log_text()
    return text[:text.rfind(b"\n") + 1]


def test_the_stream_has_every_byte_with_its_position(stack, boards):
    context = zmq.Context()
    with context.socket(zmq.SUB) as live:
        live.connect(f"ipc://{stack.runtime}/bridged.pub")
        live.subscribe("serial.rx/A/")
        live.subscribe("heartbeat/")
        assert live.poll(60_000), "no heartbeat after subscribing"
        live.recv_multipart()
        live.unsubscribe("heartbeat/")
        chance = random.Random(7)
        sent = chance.randbytes(100_000)
        boards["a"].say(sent)
        got, place = b"", None
        while len(got) < len(sent):
            assert live.poll(60_000), f"only {len(got)} bytes came"
            topic, header, body = live.recv_multipart()
            if topic != b"serial.rx/A/":
                continue
            header = json.loads(header)
            place = header["pos"] if place is None else place
            assert header["pos"] == place, "bytes are missing"
            assert header["t"][0] == [0, 0] and len(body) <= 4096
            place += len(body)
            got += body
        assert got == sent
    context.term()


def test_both_directions_and_events_are_in_the_log_under_the_old_name(stack, boards, ports):
    with open_serial(ports["A"], baudrate=57600) as port:
        boards["a"].say(b"I (10) boot: up\r\n")
        assert port.read_until(b"up\r\n")  # closing with unread bytes is a reset
        port.write(b"status\r\n")
        boards["a"].hear(b"status\r\n")

    def complete():
        lines = logfile.parse(whole_lines(stack))
        texts = {(which, text) for _, which, text in lines}
        wanted = {("RX", b"I (10) boot: up"), ("TX", b"status"), ("INFO", b"Baudrate changed to 57600"),
                  ("INFO", b"Client disconnected")}
        return wanted <= texts and lines
    lines = wait_until(complete, f"RX, TX and INFO lines in {stack.logs}")
    assert any(re.fullmatch(rb"Client connected from 127\.0\.0\.1:\d+", text) for _, _, text in lines)
    names = [f.name for f in stack.logs.glob("*.log")]
    assert names and all(re.fullmatch(r"[A-Za-z0-9._-]+_\d{4}-\d\d-\d\d\.log", name) for name in names), names
    assert os.stat(stack.logs / names[0]).st_mode & 0o007 == 0


def test_the_old_api_answers_as_it_did(stack, ports):
    slot = stack.wait_slot("A", running=True)
    assert {"label", "slot_key", "tcp_port", "present", "running", "devnode", "pid", "url", "seq",
            "last_action", "last_event_ts", "last_error"} <= set(slot)
    assert slot["pid"] == stack.running["bridged"].pid
    assert slot["url"].endswith(f":{ports['A']}") and slot["url"].startswith("rfc2217://")
    info = stack.get("/api/info")
    assert (info["slots_configured"], info["slots_running"]) == (2, 2) and info["host_ip"]
    key = slot["slot_key"]
    assert stack.post("/api/stop", {"slot_key": key}) == (200, {"ok": True, "slot_key": key, "running": False})
    stopped = stack.wait_slot("A", running=False, state="stopped")
    assert stopped["pid"] is None and stopped["url"] is None
    with pytest.raises(OSError):
        clients.connect(ports["A"]).close()
    assert stack.post("/api/start", {"slot_key": key, "devnode": slot["devnode"]}) == (
        200, {"ok": True, "slot_key": key, "running": True})
    clients.connect(ports["A"]).close()
    assert stack.post("/api/stop", {"slot_key": "nowhere"}) == (404, {"ok": False, "error": "unknown slot_key"})
    assert stack.post("/api/stop", {}) == (400, {"ok": False, "error": "missing slot_key"})
