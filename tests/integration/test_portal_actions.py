"""POST /api/slots/ID/ACTION against the real daemons."""
import base64

import pytest
import serial
from clients import connect
from rig import wait_until


def test_what_is_written_reaches_the_board_byte_for_byte(stack, boards):
    every = bytes(range(256)) * 4
    status, answer = stack.post("/api/slots/A/write", {"data": base64.b64encode(every).decode()})
    assert (status, answer) == (200, {"ok": True, "written": len(every)})
    assert boards["a"].take(len(every)) == every
    assert stack.post("/api/slots/A/write", {"text": "grüße\r"})[1]["written"] == len("grüße\r".encode())
    assert boards["a"].hear(b"\r") == "grüße\r".encode()
    assert boards["b"].drain() == b""


def test_a_slot_in_use_is_refused_to_others_naming_who_has_it(stack, boards, ports):
    with connect(ports["A"]) as client:
        stack.wait_slot("A", state="in_use")
        holder = "%s:%d" % client.getsockname()
        for action, body in [("write", {"text": "x"}), ("reset", {}), ("lines", {"dtr": True}), ("break", {}),
                             ("stop", {}), ("claim", {"owner": "me", "ttl_s": 60})]:
            status, answer = stack.post(f"/api/slots/A/{action}", body)
            assert (status, answer["ok"], answer["holder"]) == (409, False, holder), action
        assert boards["a"].drain() == b""
        assert stack.post("/api/slots/A/write", {"text": "!", "force": True})[0] == 200
        assert boards["a"].take(1) == b"!"


def test_a_claim_is_one_owners_until_it_is_released(stack, boards, ports):
    status, slot = stack.post("/api/slots/A/claim", {"owner": "ann", "ttl_s": 60})
    assert (status, slot["ok"], slot["claim"]["owner"]) == (200, True, "ann")
    status, refused = stack.post("/api/slots/A/write", {"text": "x", "owner": "bob"})
    assert (status, refused["holder"]) == (409, "ann")
    assert stack.post("/api/slots/A/release", {"owner": "bob"})[0] == 409
    assert stack.post("/api/slots/A/write", {"text": "a", "owner": "ann"})[0] == 200
    assert boards["a"].take(1) == b"a"
    assert stack.post("/api/slots/A/release", {"owner": "ann"})[1]["claim"] is None
    assert stack.post("/api/slots/A/write", {"text": "b"})[0] == 200


def test_who_claims_a_slot_for_its_own_address_may_connect_to_it(stack, boards, ports):
    assert stack.post("/api/slots/A/claim", {"owner": "ci", "ttl_s": 60, "address": "nowhere"})[0] == 400
    status, slot = stack.post("/api/slots/A/claim", {"owner": "ci", "ttl_s": 60, "address": "self"})
    assert (status, slot["claim"]["address"]) == (200, "127.0.0.1")
    with connect(ports["A"]) as client:
        client.sendall(b"hello")
        assert boards["a"].take(5) == b"hello"
        assert stack.post("/api/slots/A/release", {"owner": "ci"})[0] == 200


def test_kick_sends_the_client_away(stack, ports):
    with connect(ports["A"]) as client:
        stack.wait_slot("A", state="in_use")
        status, answer = stack.post("/api/slots/A/kick", {})
        assert (status, answer["client"]) == (200, None)
        client.settimeout(20)
        while client.recv(4096):
            pass


def test_stop_and_start(stack, ports):
    assert stack.post("/api/slots/A/stop", {})[1]["running"] is False
    with pytest.raises(OSError):
        connect(ports["A"])
    status, refused = stack.post("/api/slots/A/write", {"text": "x"})
    assert status == 409 and "holder" not in refused and "stopped" in refused["error"]
    status, slot = stack.post("/api/slots/A/start", {})
    assert (status, slot["running"]) == (200, True)
    connect(ports["A"]).close()


def test_a_start_without_a_board_says_why(stack, boards):
    boards["a"].unplug()
    stack.wait_slot("A", present=False)
    status, refused = stack.post("/api/slots/A/start", {})
    assert (status, refused["ok"]) == (409, False)
    assert "A" in refused["error"]


def test_a_break_is_told_to_those_who_look_on(stack, ports):
    """A pty has no break line: what can be seen of it is that it is begun and ended in order."""
    status, answer = stack.post("/api/slots/A/break", {"ms": 20})
    assert (status, answer["ok"]) == (200, True)
    wait_until(lambda: b"Break OFF" in stack.log_text(), "the log to tell of the break")
    said = stack.log_text()
    assert said.index(b"Break ON") < said.index(b"Break OFF")
    assert stack.post("/api/slots/A/break", {"ms": 9})[0] == 400


def test_lines_and_reset_answer_with_the_slot(stack):
    status, slot = stack.post("/api/slots/A/lines", {"dtr": False, "rts": True})
    assert (status, slot["ok"], slot["slot"]) == (200, True, "A")
    assert (slot["lines"]["dtr"], slot["lines"]["rts"]) == (False, True)
    assert stack.post("/api/slots/A/reset", {})[1]["ok"] is True


def test_what_is_not_there_or_not_understood(stack):
    assert stack.post("/api/slots/nowhere/kick", {})[0] == 404
    assert stack.post("/api/slots/A/explode", {})[0] == 405
    assert stack.post("/api/slots/A/write", {"text": "x", "colour": "red"})[0] == 400
    assert stack.post("/api/slots/A/bootloader", {})[0] == 400  # a plain tty has none


def test_without_a_bridge_it_is_a_503_and_works_again_afterwards(stack, boards):
    stack.kill("bridged")
    wait_until(lambda: stack.get("/healthz")["daemons"]["bridged"] == "down", "bridged to be missed")
    assert stack.post("/api/slots/A/write", {"text": "x"})[0] == 503
    stack.start("bridged")
    stack.wait_slot("A", running=True)
    assert stack.post("/api/slots/A/write", {"text": "y"})[0] == 200
    assert boards["a"].take(1) == b"y"


def test_a_pyserial_client_keeps_what_it_has(stack, boards, ports):
    with serial.serial_for_url(f"rfc2217://127.0.0.1:{ports['A']}", timeout=20) as port:
        stack.wait_slot("A", state="in_use")
        assert stack.post("/api/slots/A/write", {"text": "not this"})[0] == 409
        port.write(b"but this")
        assert boards["a"].hear(b"but this") == b"but this"
