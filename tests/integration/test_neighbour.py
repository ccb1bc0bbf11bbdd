"""Who is refused, seen from another network namespace: a neighbour on a wire of its own, and the same neighbour let in."""
import os
import pathlib
import subprocess

import pytest
from rig import PATIENCE, free_port, wait_until

HERE = pathlib.Path(__file__).parent
LOOPBACK = "127.0.0.0/8"
TOKEN = "ann-0123456789abcdef"
SAY_HELLO = """
import socket, sys
port = socket.create_connection((sys.argv[1], int(sys.argv[2])), 20)
port.settimeout(20)
try:
    port.sendall(b"hello")
    print("answered" if port.recv(1) else "closed")
except ConnectionError:
    print("closed")
"""


class Neighbour:
    """Its namespace, its address, and ours on the wire to it."""

    def __init__(self, name):
        self.name = name
        first = 4 * (os.getpid() % 16384)  # its own wire for each process that runs tests
        self.ours, self.address = (f"198.18.{first // 256}.{first % 256 + end}" for end in (1, 2))

    def start(self, *words):
        return subprocess.Popen(["ip", "netns", "exec", self.name, *map(str, words)], stdout=subprocess.PIPE, text=True)

    def run(self, *words):
        with self.start(*words) as process:
            return process.communicate(timeout=2 * PATIENCE)[0]

    def curl(self, port, path, *words):
        """(status, text)"""
        said = self.run("curl", "-s", "--noproxy", "*", "-m", "20", "-w", "\n%{http_code}",
                        f"http://{self.ours}:{port}{path}", *words)
        text, status = said.rsplit("\n", 1)
        return int(status), text

    def says_hello_to(self, port):
        return self.start("/usr/bin/python3", "-c", SAY_HELLO, self.ours, port)

    def subscribes(self, port, keys=()):
        return self.run("/usr/bin/python3", "-B", HERE / "subscriber.py", port, self.address, self.ours,
                        *(key.decode() for key in keys)).strip()


@pytest.fixture
def neighbour():
    one = Neighbour(f"rfc{os.getpid() % 100000}")
    ours, theirs = f"{one.name}o", f"{one.name}t"
    made = subprocess.run(["ip", "netns", "add", one.name], capture_output=True)
    if made.returncode:
        pytest.skip("no network namespaces here: " + made.stderr.decode().strip())
    try:
        for words in (f"link add {ours} type veth peer name {theirs} netns {one.name}",
                      f"addr add {one.ours}/30 dev {ours}", f"link set {ours} up",
                      f"-n {one.name} addr add {one.address}/30 dev {theirs}", f"-n {one.name} link set {theirs} up"):
            if subprocess.run(["ip", *words.split()], capture_output=True).returncode:
                pytest.skip(f"cannot: ip {words}")
        yield one
    finally:
        subprocess.run(["ip", "link", "del", ours], capture_output=True)
        subprocess.run(["ip", "netns", "del", one.name], check=True)


@pytest.fixture
def open_stack(make_stack):
    """open_stack(settings): listens on all addresses"""
    def make(settings, *names):
        stack = make_stack(settings)
        on_loopback = stack.command
        stack.command = lambda name: [word if word != "127.0.0.1" else "0.0.0.0" for word in on_loopback(name)]
        stack.start(*names)
        wait_until(lambda: "[A] opened" in stack.said("bridged"), "the port to be open")
        return stack
    return make


def complaints(stack, daemon, neighbour):
    """What the journal says of it."""
    return [line for line in stack.said(daemon).splitlines()
            if f"refused {neighbour.address}" in line or f"{neighbour.address} may not connect (access.allow)" in line]


def allowing(neighbour, allowed):
    return {"access": {"allow": [LOOPBACK] + ([f"{neighbour.address}/32"] if allowed else [])}}


@pytest.mark.parametrize("allowed", [False, True])
def test_the_serial_port_is_for_whom_access_allow_names(open_stack, neighbour, ports, boards, allowed):
    stack = open_stack(allowing(neighbour, allowed))
    with neighbour.says_hello_to(ports["A"]) as client:
        if allowed:
            boards["a"].hear(b"hello")
            boards["a"].say(b"I am here\r\n")
        assert client.communicate(timeout=PATIENCE)[0].strip() == ("answered" if allowed else "closed")
    assert bool(complaints(stack, "bridged", neighbour)) != allowed
    assert boards["a"].drain() == b""


@pytest.mark.parametrize("allowed", [False, True])
def test_the_portal_is_for_whom_access_allow_names(open_stack, neighbour, allowed):
    stack = open_stack(allowing(neighbour, allowed))
    stack.wait_slot("A", running=True)
    status, text = neighbour.curl(stack.http, "/api/devices")
    assert status == (200 if allowed else 403)
    assert ("slot_key" in text) == allowed
    assert neighbour.curl(stack.http, "/api/stop", "-d", '{"slot": "A"}')[0] == status
    assert stack.slot("A")["running"] != allowed
    assert bool(complaints(stack, "portald", neighbour)) != allowed


@pytest.mark.parametrize("asked_for", [True, False])
def test_the_portal_is_for_who_has_a_token_where_one_is_asked_for(open_stack, neighbour, folder, asked_for):
    file = folder / "tokens"
    file.write_text(f"ann operate {TOKEN}\n")
    file.chmod(0o640)
    settings = allowing(neighbour, True)
    if asked_for:
        settings["access"]["tokens_file"] = str(file)
    stack = open_stack(settings)
    right, wrong = (["-H", f"Authorization: Bearer {token}"] for token in (TOKEN, "bob-0123456789abcdef"))
    wait_until(lambda: '"slots_running":2' in neighbour.curl(stack.http, "/api/info", *right)[1], "both slots to run")
    for words in ([], wrong):
        status, text = neighbour.curl(stack.http, "/api/devices", *words)
        assert status == (401 if asked_for else 200)
        assert ("slot_key" in text) != asked_for
    assert bool(complaints(stack, "portald", neighbour)) == asked_for
    assert neighbour.curl(stack.http, "/api/stop", "-d", '{"slot": "A"}', *right)[0] == 200


def test_a_page_from_elsewhere_cannot_drive_the_portal(open_stack, neighbour):
    stack = open_stack(allowing(neighbour, True))
    stack.wait_slot("A", running=True)
    stop = ["-d", '{"slot": "A"}', "-H"]
    assert neighbour.curl(stack.http, "/api/stop", *stop, "Origin: http://evil.example")[0] == 403
    assert stack.slot("A")["running"]
    assert complaints(stack, "portald", neighbour)
    assert neighbour.curl(stack.http, "/api/stop", *stop, f"Origin: http://{neighbour.ours}:{stack.http}")[0] == 200


@pytest.fixture
def bus(open_stack, neighbour, folder, keys):
    """bus(allowed): (stack, port) with bus.listen, where ann's key is listed"""
    def make(allowed=True):
        port = free_port()
        listen = {"listen": f"tcp://0.0.0.0:{port}", "curve": {"secret_key_file": str(folder / "bus.key"),
                                                               "clients_file": str(folder / "bus.clients")}}
        return open_stack({"bus": listen, **allowing(neighbour, allowed)}, "hotplugd", "bridged"), port
    return make


@pytest.mark.parametrize("allowed", [False, True])
def test_the_bus_is_for_whom_access_allow_names_though_the_key_is_listed(bus, neighbour, keys, allowed):
    stack, port = bus(allowed)
    assert neighbour.subscribes(port, keys["ann"]) == ("let in" if allowed else "refused")
    said = [line.split("refused ")[1] for line in complaints(stack, "bridged", neighbour)]
    assert said == ([] if allowed else [f"{neighbour.address}: bus: not in access.allow of settings.json"])


@pytest.mark.parametrize("listed", [False, True])
def test_the_bus_is_for_whose_key_is_listed(bus, neighbour, folder, keys, listed):
    if listed:
        with open(folder / "bus.clients", "a", encoding="utf-8") as file:
            file.write(f"bob {keys['bob'][1].decode()}\n")
    stack, port = bus()
    assert neighbour.subscribes(port, keys["bob"]) == ("let in" if listed else "refused")
    said = [line.split("refused ")[1] for line in complaints(stack, "bridged", neighbour)]
    assert said == ([] if listed else [f"{neighbour.address}: bus: its key is not in bus.curve's clients_file"])


def test_the_bus_is_not_for_who_has_no_key_or_another_of_ours(bus, neighbour, keys):
    _, port = bus()
    assert neighbour.subscribes(port) == "refused"
    assert neighbour.subscribes(port, (keys["ann"][1], *keys["ann"][1:])) == "refused"
    assert neighbour.subscribes(port, keys["ann"]) == "let in"
