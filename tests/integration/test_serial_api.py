"""What a board says, over HTTP: /api/serial/monitor and /api/serial/reset, with the daemons as they are."""
import concurrent.futures
import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest

import clients
import logfile
from rig import BUILD, Stack, free_port, wait_until

MONITOR, RESET = "/api/serial/monitor", "/api/serial/reset"
LONG = 55  # seconds: longer than anything here takes, shorter than the patience of Stack.post
MOST_WAITING = 16


@pytest.fixture
def aside():
    """Runs what waits: aside(function, …) → a future."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        yield pool.submit


def monitor(stack, slot="A", **more):
    status, answer = stack.post(MONITOR, {"slot": slot, **more})
    assert status == 200, answer
    return answer


def say_until(board, future, text):
    """Says numbered lines until somebody has heard enough."""
    number = 0
    while not future.done():
        board.say(b"%s %d\r\n" % (text, number))
        number += 1
        concurrent.futures.wait([future], timeout=0.05)
    return future.result()


def begin_waiting(stack):
    """A client that has asked to wait for what never comes, and has no answer yet."""
    body = json.dumps({"slot": "A", "pattern": "never said", "timeout": 300}).encode()
    client = socket.create_connection(("127.0.0.1", stack.http))
    client.sendall(b"POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: %d\r\n\r\n%s"
                   % (MONITOR.encode(), stack.http, len(body), body))
    return client


def test_a_line_that_comes_while_one_waits_is_found(stack, boards, aside):
    waiting = aside(monitor, stack, pattern="number 7", timeout=LONG)
    answer = say_until(boards["a"], waiting, b"number")
    assert answer["ok"] and answer["matched"] and answer["line"] == "number 7"
    assert answer["output"][-1] == "number 7"
    assert answer["output"] == [f"number {n}" for n in range(8 - len(answer["output"]), 8)]


def test_a_line_said_just_before_is_found_by_one_who_asks_at_once(stack, boards):
    boards["a"].say(b"\r\nI (312) app: ready\r\n\xff\xfe\r\n")
    assert monitor(stack, pattern="app: ready", timeout=LONG) == {
        "ok": True, "matched": True, "line": "I (312) app: ready", "output": ["I (312) app: ready"]}


def test_what_was_said_long_before_is_not_found_but_the_prompt_at_which_the_board_stands_is(stack, boards):
    boards["a"].say(b"booted\r\nlogin: root\r\n\r\nlogin: ")
    wait_until(lambda: b"login: root" in stack.log_text(), "the log of it")
    time.sleep(1.5)  # no more than a second is looked back
    assert monitor(stack, pattern="booted", timeout=0.5) == {
        "ok": True, "matched": False, "line": None, "output": ["login: "]}
    assert monitor(stack, pattern="login:", timeout=LONG) == {
        "ok": True, "matched": True, "line": "login: ", "output": ["login: "]}


def test_without_a_pattern_all_is_collected_until_time_is_up(stack, boards, aside):
    waiting = aside(monitor, stack, timeout=2)
    say_until(boards["a"], waiting, b"line")
    answer = waiting.result()
    assert (answer["ok"], answer["matched"], answer["line"]) == (True, False, None)
    numbers = [int(line.split()[1]) for line in answer["output"]]
    assert numbers and numbers == list(range(numbers[0], numbers[-1] + 1))


def test_bytes_that_are_no_text_are_replaced_and_long_output_loses_its_oldest_lines(stack, boards, aside):
    waiting = aside(monitor, stack, pattern="the end", timeout=LONG)
    boards["a"].say(b"".join(b"%d \xff %s\r\n" % (n, b"x" * 300) for n in range(1200)) + b"the end\r\n")
    answer = waiting.result()
    assert answer["matched"] and answer["truncated"] is True
    assert answer["output"][-1] == "the end"
    assert answer["output"][-2] == f"1199 \N{REPLACEMENT CHARACTER} {'x' * 300}"
    assert len(answer["output"]) <= 1000


def test_what_is_sent_to_the_board_is_not_what_it_says_and_its_client_is_not_disturbed(stack, boards, ports, aside):
    with clients.connect(ports["A"]) as client:
        client.sendall(b"needle\r\n")
        boards["a"].hear(b"needle\r\n")
        assert not monitor(stack, pattern="needle", timeout=0.5)["matched"]
        waiting = aside(monitor, stack, pattern="thread", timeout=LONG)
        boards["a"].say(b"thread\r\n")
        assert waiting.result()["matched"]
        assert client.recv(100) == b"thread\r\n"


def test_a_bridge_that_is_killed_meanwhile_costs_nothing(stack, boards, aside):
    waiting = aside(monitor, stack, pattern="after all", timeout=LONG)
    boards["a"].say(b"before\r\n")
    wait_until(lambda: b"before" in stack.log_text(), "the log of it")
    stack.kill("bridged")
    stack.start("bridged")
    boards["a"].say(b"after all\r\n")
    assert waiting.result()["line"] == "after all"


def test_a_reset_answers_with_the_first_lines_and_leaves_what_was_before(stack, boards, aside):
    boards["a"].say(b"before\r\n")
    wait_until(lambda: b"before" in stack.log_text(), "the log of it")
    waiting = aside(stack.post, RESET, {"slot": "A"})
    wait_until(lambda: "Reset" in logfile.infos(stack.log_text()), "the reset")
    boards["a"].say(b"ets Jul 29 2019\r\n\r\nI (310) main: up\r\n> ")
    assert waiting.result() == (200, {"ok": True, "output": ["ets Jul 29 2019", "I (310) main: up", "> "]})


def test_a_reset_of_a_board_that_says_nothing_is_no_failure(stack):
    assert stack.post(RESET, {"slot": "B"}) == (200, {"ok": True, "output": []})


def test_a_slot_that_somebody_has_is_reset_only_by_force(stack, ports):
    with clients.connect(ports["A"]) as client:
        client.sendall(b"x")
        stack.wait_slot("A", state="in_use")
        status, answer = stack.post(RESET, {"slot": "A"})
        assert (status, answer["ok"]) == (200, False)
        assert "%s:%d" % client.getsockname() in answer["error"]
        assert stack.post(RESET, {"slot": "A", "force": True})[1]["ok"]


def take_all_seats(stack):
    """Those who wait, as many as may, and what one more is told. One that asks to see whether all
    seats are taken has one itself for a moment, so that a client may be sent away."""
    waiting = []

    def full():
        waiting.append(begin_waiting(stack))
        status, answer = stack.post(MONITOR, {"slot": "A", "timeout": 0.01})
        return answer if status == 503 else None
    refused = wait_until(full, "all seats to be taken")
    assert len(waiting) >= MOST_WAITING
    return waiting, refused


def test_no_more_than_a_few_wait_and_the_page_is_served_all_the_same(stack):
    waiting, refused = take_all_seats(stack)
    assert refused == {
        "ok": False, "error": "16 requests are waiting for serial output, which is the most; try again"}
    assert stack.slot("A")["running"]
    for client in waiting:
        client.close()
    wait_until(lambda: stack.post(MONITOR, {"slot": "A", "timeout": 0.01})[0] == 200,
               "those who have gone to leave their seats")


def test_a_portal_that_stops_does_not_wait_for_those_who_wait(stack):
    waiting, _ = take_all_seats(stack)
    assert stack.kill("portald", signal.SIGTERM) == 0
    for client in waiting:
        client.close()


def test_what_is_asked_wrongly_is_refused_in_the_old_words(stack):
    for path in (MONITOR, RESET):
        assert stack.post(path, {}) == (400, {"ok": False, "error": "missing 'slot' field"})
        assert stack.post(path, {"slot": "Z"}) == (200, {"ok": False, "error": "slot 'Z' not found"})
        with pytest.raises(urllib.error.HTTPError, match="405"):
            stack.get(path)
        foreign = urllib.request.Request(f"http://127.0.0.1:{stack.http}{path}", b'{"slot":"A"}',
                                         {"Origin": "http://elsewhere.example"})
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(foreign)
    assert stack.post(MONITOR, {"slot": "A", "timeout": 301}) == (
        400, {"ok": False, "error": "body: timeout: is not above 0 and at most 300"})


@pytest.fixture
def simulated(folder):
    """A stack with one boardsim as its board."""
    path = folder / "esp"
    board = subprocess.Popen([str(BUILD / "tools/boardsim/boardsim"), "--tick", "0.2", str(path)])
    wait_until(path.exists, "the board")
    made = Stack(folder, {"slots": [{"label": "My ESP", "devnode": str(path), "tcp_port": free_port()}]})
    try:
        made.start().wait_slot("My ESP", running=True)
        yield made
    finally:
        codes = made.stop()
        board.terminate()
        board.wait(LONG)
    assert set(codes.values()) == {0}


def test_a_board_that_reboots_is_waited_for_by_its_label_or_its_id(simulated, aside):
    waiting = [aside(monitor, simulated, name, pattern="rst:0xc (SW_CPU_RESET)", timeout=LONG)
               for name in ("My ESP", "My-ESP")]
    with clients.connect(simulated.slot("My ESP")["tcp_port"]) as client:
        client.sendall(b"reboot\r\n")
        for one in waiting:
            assert one.result()["line"] == "rst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)"
        assert monitor(simulated, "My ESP", pattern="main: tick", timeout=LONG)["matched"]


def test_a_board_that_never_stops_talking_does_not_hold_a_reset(simulated):
    status, answer = simulated.post(RESET, {"slot": "My ESP"})
    assert (status, answer["ok"]) == (200, True)
    assert any("main: tick" in line for line in answer["output"])
