"""Boards come and go, daemons die and come back; nobody else notices."""
import itertools
import signal
import urllib.error
import urllib.request

import pytest
import serial

import clients
import logfile
from rig import DAEMONS, PATIENCE, wait_until


def talk(client, board, word):
    client.sendall(word + b"?\n")
    board.hear(word + b"?\n")
    board.say(word + b"!\n")
    got = b""
    while not got.endswith(b"\n"):
        got += client.recv(1000)
    assert got.endswith(word + b"!\n")


def test_an_unplugged_board_closes_its_port_and_a_replugged_one_opens_the_same(stack, boards, ports):
    boards["a"].unplug()
    empty = stack.wait_slot("A", present=False, running=False)
    assert empty["state"] == "empty" and empty["last_action"] == "remove"
    with pytest.raises(OSError):
        clients.connect(ports["A"]).close()
    assert stack.slot("B")["running"]
    boards["a"].plug()
    back = stack.wait_slot("A", running=True, last_action="add")
    assert back["tcp_port"] == ports["A"] and back["seq"] > empty["seq"]
    with clients.connect(ports["A"]) as client:
        talk(client, boards["a"], b"again")


@pytest.mark.parametrize("victim", ["hotplugd", "loggerd", "portald"])
def test_a_killed_daemon_is_not_noticed_by_a_client(stack, boards, ports, victim):
    pid = stack.slot("A")["pid"]
    with clients.connect(ports["A"]) as client:
        talk(client, boards["a"], b"before")
        stack.kill(victim)
        talk(client, boards["a"], b"meanwhile")
        stack.start(victim)
        slot = stack.wait_slot("A", state="in_use")
        assert slot["pid"] == pid
        talk(client, boards["a"], b"after")
    for word in (b"before", b"meanwhile", b"after"):
        wait_until(lambda w=word: w + b"!" in logfile.decode(whole(stack), "RX"), f"{word} in the log")
    rx = logfile.decode(whole(stack), "RX")
    assert [rx.count(word + b"!\n") for word in (b"before", b"meanwhile", b"after")] == [1, 1, 1]


def test_a_killed_bridged_comes_back_with_its_ports_and_its_history(stack, boards, ports):
    with clients.connect(ports["A"]) as client:
        talk(client, boards["a"], b"before")
    pid = stack.slot("A")["pid"]
    stack.kill("bridged")
    stack.start("bridged")
    slot = wait_until(lambda: (s := stack.slot("A")) and s["running"] and s["pid"] != pid and s, "bridged again")
    assert slot["tcp_port"] == ports["A"]
    with clients.connect(ports["A"]) as client:
        talk(client, boards["a"], b"after")
    wait_until(lambda: b"after!\n" in logfile.decode(whole(stack), "RX"), "the log goes on")
    rx = logfile.decode(whole(stack), "RX")
    assert rx.count(b"before!\n") == rx.count(b"after!\n") == 1


def test_a_killed_loggerd_neither_loses_nor_repeats(stack, boards):
    for number in range(300):
        boards["a"].say(b"line %d\n" % number)
        if number % 100 == 50:
            stack.kill("loggerd")
            boards["a"].say(b"unseen %d\n" % number)
            stack.start("loggerd")
    expected = b"".join(b"line %d\n" % n + (b"unseen %d\n" % n if n % 100 == 50 else b"") for n in range(300))
    wait_until(lambda: b"line 299\n" in logfile.decode(whole(stack), "RX"), "the last line in the log")
    assert logfile.decode(whole(stack), "RX") == expected


@pytest.mark.parametrize("order", list(itertools.permutations(DAEMONS))[::7])
def test_the_daemons_start_in_any_order(make_stack, order):
    stack = make_stack()
    for name in order:
        stack.start(name)
    for label in "AB":
        stack.wait_slot(label, running=True)


def test_sigterm_ends_every_daemon_cleanly_with_a_client_on(stack, boards, ports):
    port = serial.serial_for_url(f"rfc2217://127.0.0.1:{ports['A']}", baudrate=115200, timeout=1)
    assert stack.stop() == dict.fromkeys(DAEMONS, 0)
    port.close()
    infos = logfile.infos(whole(stack))
    assert any(text.startswith("Client connected") for text in infos)


def test_a_second_instance_is_refused(stack):
    first = stack.running["bridged"]
    stack.start("bridged")
    second = stack.running["bridged"]
    stack.running["bridged"] = first
    assert second.wait(60) == 1
    assert "bridged" in stack.said("bridged") and str(first.pid) in stack.said("bridged")
    assert first.poll() is None


@pytest.mark.parametrize("name", DAEMONS)
def test_a_reload_goes_on_serving(stack, boards, ports, name):
    stack.running[name].send_signal(signal.SIGHUP)
    with clients.connect(ports["A"]) as client:
        talk(client, boards["a"], b"still")
    assert stack.running[name].poll() is None


def posted_as(stack, host):
    """The status of a request that changes something, of who calls the portal so."""
    request = urllib.request.Request(f"http://127.0.0.1:{stack.http}/api/start", b'{"slot": "A"}', {"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return None  # while it begins again


def test_a_reload_takes_what_the_settings_say_now_and_nothing_of_wrong_ones(stack):
    portald = stack.running["portald"]
    assert posted_as(stack, "bench.example") == 403
    stack.settings_file.write_text('{"portal": {"hosts": ["bench.example"]}}')
    portald.send_signal(signal.SIGHUP)
    wait_until(lambda: posted_as(stack, "bench.example") == 200, "the new name to be known")

    stack.settings_file.write_text('{"portal": {"hosts": [')
    portald.send_signal(signal.SIGHUP)
    wait_until(lambda: "reload failed, going on as before: " in stack.said("portald"), "the refusal")
    assert posted_as(stack, "bench.example") == 200
    stack.settings_file.write_text("{}")
    assert portald.poll() is None and "stopping" not in stack.said("portald")


def test_no_line_is_lost_when_the_logger_is_reloaded(stack, boards):
    for count in range(5):
        boards["a"].say(b"before %d\n" % count)
        stack.running["loggerd"].send_signal(signal.SIGHUP)
        boards["a"].say(b"after %d\n" % count)
        wait_until(lambda n=count: stack.said("loggerd").count(" ready\n") == n + 2, "the logger to be ready again")
    wait_until(lambda: b"after 4\n" in stack.log_text(), "the last line")
    for count in range(5):
        assert stack.log_text().count(b"before %d\n" % count) == stack.log_text().count(b"after %d\n" % count) == 1


def whole(stack):
    text = stack.log_text()
    return text[:text.rfind(b"\n") + 1]
