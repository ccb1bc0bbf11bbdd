"""Who is refused, seen from another network namespace: a neighbour on a wire of its own, and the same neighbour let in."""
import json
import os
import pathlib
import subprocess

import pytest
from rig import PATIENCE, free_port, wait_until
from tools import CTL, run

HERE = pathlib.Path(__file__).parent
LOOPBACK = "127.0.0.0/8"
ANN, BOB, WRONG = (f"{name}-0123456789abcdef" for name in ("ann", "bob", "eve"))
CURL = ("curl", "-s", "--noproxy", "*", "-m", "20")
STOP_A = ("-d", '{"slot": "A"}')
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
ASK_FOR_A_WEBSOCKET = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2])), 20) as page:
    page.sendall(sys.argv[3].encode())
    print(page.makefile("rb").readline().split()[1].decode())
"""


class Place:
    """Where somebody asks from, and our address as it is called there."""

    def __init__(self, ours, inside=()):
        self.ours, self.inside = ours, inside

    def start(self, *words):
        return subprocess.Popen([*self.inside, *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    def run(self, *words):
        with self.start(*words) as process:
            return process.communicate(timeout=2 * PATIENCE)[0]

    def curl(self, port, path, *words, scheme="http"):
        """(status, text); status 0: there was no answer"""
        text, status = self.run(*CURL, "-w", "\n%{http_code}", f"{scheme}://{self.ours}:{port}{path}", *words).rsplit("\n", 1)
        return int(status), text


LOCALLY = Place("127.0.0.1")


class Neighbour(Place):
    """Its namespace, its address, and ours on the wire to it."""

    def __init__(self, name):
        self.name = name
        first = 4 * (os.getpid() % 16384)  # its own wire for each process that runs tests
        ours, self.address = (f"198.18.{first // 256}.{first % 256 + end}" for end in (1, 2))
        super().__init__(ours, ("ip", "netns", "exec", name))

    def asks_for_a_websocket(self, port, host, origin):
        """The status that it gets."""
        head = ["GET /ws HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==", *([f"Origin: {origin}"] if origin else []), "\r\n"]
        return int(self.run("/usr/bin/python3", "-c", ASK_FOR_A_WEBSOCKET, self.ours, port, "\r\n".join(head)))

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
    """open_stack(settings): listens on all addresses; what A has more in slots.json is OF_A"""
    def make(settings, *names, of_a=None):
        stack = make_stack(settings)
        slots = json.loads(stack.slots_file.read_text())
        slots["slots"][0] |= of_a or {}
        stack.slots_file.write_text(json.dumps(slots))
        on_loopback = stack.command
        stack.command = lambda name: [word if word != "127.0.0.1" else "0.0.0.0" for word in on_loopback(name)]
        stack.start(*names)
        wait_until(lambda: "[A] opened" in stack.said("bridged"), "the port to be open")
        return stack
    return make


def complaints(stack, daemon, neighbour):
    """What the journal says of it."""
    return [line for line in stack.said(daemon).splitlines()
            if f"refused {neighbour.address}" in line]


def networks(neighbour, allowed):
    return [LOOPBACK] + ([f"{neighbour.address}/32"] if allowed else [])


def allowing(neighbour, allowed, **more):
    return {"access": {"allow": networks(neighbour, allowed), **more}}


def bearer(token):
    return "-H", f"Authorization: Bearer {token}"


@pytest.fixture
def tokens_file(folder):
    file = folder / "tokens"
    file.write_text(f"ann operate {ANN}\nbob read {BOB}\n")
    file.chmod(0o640)
    return {"tokens_file": str(file)}


@pytest.fixture
def tls(folder, neighbour):
    files = {"certificate": str(folder / "tls.crt"), "key": str(folder / "tls.key")}
    made = run(CTL, "cert", "--certificate", files["certificate"], "--key", files["key"], neighbour.ours)
    assert made.returncode == 0, made
    return files


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
def test_a_slot_is_for_whom_its_own_allow_names_whatever_access_allow_does(open_stack, neighbour, ports, boards, allowed):
    stack = open_stack(allowing(neighbour, not allowed), of_a={"allow": networks(neighbour, allowed)})
    wait_until(lambda: "[B] opened" in stack.said("bridged"), "the other port to be open")
    for name, let_in in (("A", allowed), ("B", not allowed)):
        with neighbour.says_hello_to(ports[name]) as client:
            if let_in:
                boards[name.lower()].hear(b"hello")
                boards[name.lower()].say(b"I am here\r\n")
            assert client.communicate(timeout=PATIENCE)[0].strip() == ("answered" if let_in else "closed"), name
    [complaint] = complaints(stack, "bridged", neighbour)
    assert ("[B]" if allowed else "[A]") in complaint


@pytest.mark.parametrize("allowed", [False, True])
def test_the_portal_is_for_whom_access_allow_names(open_stack, neighbour, allowed):
    stack = open_stack(allowing(neighbour, allowed))
    stack.wait_slot("A", running=True)
    status, text = neighbour.curl(stack.http, "/api/devices")
    assert status == (200 if allowed else 403)
    assert ("slot_key" in text) == allowed
    assert neighbour.curl(stack.http, "/api/stop", *STOP_A)[0] == status
    assert stack.slot("A")["running"] != allowed
    assert bool(complaints(stack, "portald", neighbour)) != allowed


@pytest.mark.parametrize("allowed", [False, True])
def test_by_https_only_whom_access_allow_names_gets_a_handshake(open_stack, neighbour, tls, allowed):
    stack = open_stack({"portal": {"tls": tls}, **allowing(neighbour, allowed)})
    shown = neighbour.run("openssl", "s_client", "-connect", f"{neighbour.ours}:{stack.http}")
    assert ("BEGIN CERTIFICATE" in shown) == allowed and "CONNECTED" in shown
    trusting = ("--cacert", tls["certificate"])
    assert neighbour.curl(stack.http, "/api/info", *trusting, scheme="https")[0] == (200 if allowed else 0)
    assert LOCALLY.curl(stack.http, "/api/info", *trusting, scheme="https")[0] == 200
    assert bool(complaints(stack, "portald", neighbour)) != allowed


@pytest.mark.parametrize("asked_for", [True, False])
def test_the_portal_is_for_who_has_a_token_where_one_is_asked_for(open_stack, neighbour, tokens_file, asked_for):
    stack = open_stack(allowing(neighbour, True, **tokens_file if asked_for else {}))
    wait_until(lambda: '"slots_running":2' in neighbour.curl(stack.http, "/api/info", *bearer(ANN))[1], "both slots to run")
    for words in ([], bearer(WRONG)):
        status, text = neighbour.curl(stack.http, "/api/devices", *words)
        assert status == (401 if asked_for else 200)
        assert ("slot_key" in text) != asked_for
    assert bool(complaints(stack, "portald", neighbour)) == asked_for
    assert neighbour.curl(stack.http, "/api/stop", *STOP_A, *bearer(BOB))[0] == (403 if asked_for else 200)
    status, text = neighbour.curl(stack.http, "/api/info", *bearer(BOB))
    assert status == 200 and ('"slots_running":2' in text) == asked_for
    assert neighbour.curl(stack.http, "/api/stop", *STOP_A, *bearer(ANN))[0] == 200


@pytest.mark.parametrize("asked_for", [True, False])
def test_who_guesses_tokens_is_slowed_down_and_nobody_else(open_stack, neighbour, tokens_file, asked_for):
    stack = open_stack(allowing(neighbour, True, **tokens_file if asked_for else {}))
    guesses = neighbour.run(*CURL, "-o", "/dev/null", "-w", "%{http_code} ", *bearer(WRONG),
                            f"http://{neighbour.ours}:{stack.http}/api/info?[1-40]").split()
    assert guesses[0] == ("401" if asked_for else "200") and ("429" in guesses) == asked_for, guesses
    assert LOCALLY.curl(stack.http, "/api/info", *bearer(ANN))[0] == 200
    wait_until(lambda: neighbour.curl(stack.http, "/api/info", *bearer(ANN))[0] == 200, "the neighbour to be forgiven")


@pytest.mark.parametrize("guarded_by", ["nothing", "tls", "tokens"])
def test_only_this_machine_itself_announces_devices(open_stack, neighbour, tls, tokens_file, guarded_by):
    settings = allowing(neighbour, True, **tokens_file if guarded_by == "tokens" else {})
    stack = open_stack(settings | {"portal": {"tls": tls} if guarded_by == "tls" else {}})
    scheme = "https" if guarded_by == "tls" else "http"
    tell = ("-d", '{"action": "remove", "id_path": "usb-0:1.9:1.0"}', "--cacert", tls["certificate"])
    for pretending in ((), ("-H", "X-Forwarded-For: 127.0.0.1"), ("-H", f"Host: 127.0.0.1:{stack.http}")):
        status, text = neighbour.curl(stack.http, "/api/hotplug", *tell, *pretending, *bearer(ANN), scheme=scheme)
        assert status == 403 and "only this machine itself" in text
    assert LOCALLY.curl(stack.http, "/api/hotplug", *tell, scheme=scheme)[0] == 200


def test_a_page_from_elsewhere_cannot_drive_the_portal(open_stack, neighbour):
    stack = open_stack(allowing(neighbour, True))
    stack.wait_slot("A", running=True)
    assert neighbour.curl(stack.http, "/api/stop", *STOP_A, "-H", "Origin: http://evil.example")[0] == 403
    assert stack.slot("A")["running"]
    assert complaints(stack, "portald", neighbour)
    assert neighbour.curl(stack.http, "/api/stop", *STOP_A, "-H", f"Origin: http://{neighbour.ours}:{stack.http}")[0] == 200


@pytest.mark.parametrize("known", [False, True])
def test_a_page_from_elsewhere_gets_no_websocket_but_by_a_name_of_portal_hosts(open_stack, neighbour, known):
    stack = open_stack({"portal": {"hosts": ["evil.example"] if known else []}, **allowing(neighbour, True)})
    own, other = f"{neighbour.ours}:{stack.http}", f"evil.example:{stack.http}"
    for host, page, answer in ((own, "http://evil.example", 403), (own, "null", 403), (own, f"http://{own}", 101), (own, None, 101),
                               (other, f"http://{other}", 101 if known else 403), (other, None, 101 if known else 403)):
        assert neighbour.asks_for_a_websocket(stack.http, host, page) == answer, (host, page)


def test_a_page_from_elsewhere_reads_nothing(open_stack, neighbour):
    stack = open_stack(allowing(neighbour, True))
    stack.wait_slot("A", running=True)
    for path in ("/api/devices", "/api/logs", "/metrics"):
        for words in ((), ("-H", f"Origin: http://{neighbour.ours}:{stack.http}")):
            assert neighbour.curl(stack.http, path, *words)[0] == 200, path
        status, text = neighbour.curl(stack.http, path, "-H", "Origin: http://evil.example")
        assert status == 403 and json.loads(text) == {"ok": False, "error": "a page of http://evil.example may not do this"}, path
    complaint = complaints(stack, "portald", neighbour)[0]  # one a minute
    assert f"refused {neighbour.address}: GET /api/devices: 403 " in complaint


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
