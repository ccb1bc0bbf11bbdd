"""Who may subscribe to bridged's events over TCP (bus.listen): networks and CURVE keys; real daemons, real subscribers."""

import re

import pytest
import zmq
from rig import free_port, wait_until
from subscriber import Subscriber

@pytest.fixture
def subscribe():
    made = []

    def make(*words, **more):
        made.append(Subscriber(*words, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def with_keys(make_stack, folder, keys, port):
    return make_stack({"bus": {"listen": f"tcp://0.0.0.0:{port}",
                               "curve": {"secret_key_file": str(folder / "bus.key"),
                                         "clients_file": str(folder / "bus.clients")}},
                       "access": {"allow": ["127.0.0.1/32"]}}).start("hotplugd", "bridged")


def complaints(stack):
    return [line.split("refused ")[1] for line in stack.said("bridged").splitlines() if "refused " in line]


def test_who_has_a_listed_key_hears_all_and_the_keys_public_half_is_in_the_journal(with_keys, keys, port, subscribe, boards):
    ann = subscribe(port, keys["ann"])
    assert ann.is_let_in()
    ann.hears()  # so her subscription is there
    wait_until(lambda: "[A] opened" in with_keys.said("bridged"), "the port to be open")
    boards["a"].say(b"hello\r\n")
    wait_until(lambda: [b"serial.rx/A/", b"hello\r\n"] == ann.hears()[::2], "what the board said")
    assert f"public key {keys['ann'][0].decode()}" in with_keys.said("bridged")
    assert complaints(with_keys) == []


def test_who_has_another_key_is_refused_and_named(with_keys, keys, port, subscribe):
    bob = subscribe(port, keys["bob"])
    assert not bob.is_let_in()
    wait_until(lambda: complaints(with_keys) == ["127.0.0.1: bus: its key is not in bus.curve's clients_file"], "the complaint")
    ann = subscribe(port, keys["ann"])
    ann.hears()
    assert bob.has_heard_nothing()


@pytest.mark.parametrize("knows", ["no key", "another server's key"])
def test_who_has_none_or_does_not_know_ours_is_refused_and_told_of(knows, with_keys, keys, port, subscribe):
    stranger = subscribe(port) if knows == "no key" else subscribe(port, (keys["ann"][1], *keys["ann"][1:]))
    assert not stranger.is_let_in()
    # Who is gone before it is told of who came has no address any more.
    told = re.compile(r"somebody: bus: no CURVE handshake: .*, or not at all( \(last to connect: 127\.0\.0\.1\))?$")
    wait_until(lambda: any(map(told.match, complaints(with_keys))), "the complaint")
    subscribe(port, keys["ann"]).hears()
    assert stranger.has_heard_nothing()


def test_an_address_that_is_not_allowed_is_refused_though_its_key_is_listed(with_keys, keys, port, subscribe):
    stranger = subscribe(port, keys["ann"], from_="127.0.0.2")
    assert not stranger.is_let_in()
    wait_until(lambda: complaints(with_keys) == ["127.0.0.2: bus: not in access.allow of settings.json"], "the complaint")
    subscribe(port, keys["ann"]).hears()
    assert stranger.has_heard_nothing()


def test_on_loopback_keys_are_not_needed_and_access_allow_holds(make_stack, port, subscribe):
    stack = make_stack({"bus": {"listen": f"tcp://127.0.0.1:{port}"},
                        "access": {"allow": ["127.0.0.1/32"]}}).start("hotplugd", "bridged")
    stranger = subscribe(port, from_="127.0.0.2")
    assert not stranger.is_let_in()
    subscribe(port).hears()
    assert stranger.has_heard_nothing()
    assert complaints(stack) == ["127.0.0.2: bus: not in access.allow of settings.json"]


def test_with_the_setting_off_the_same_stranger_is_let_in(make_stack, port, subscribe):
    make_stack({"bus": {"listen": f"tcp://127.0.0.1:{port}"}}).start("hotplugd", "bridged")
    subscribe(port, from_="127.0.0.2").hears()


@pytest.mark.parametrize("change, said", [
    (lambda folder: (folder / "bus.key").chmod(0o644), "bus.key: others can read or change it: chmod 640"),
    (lambda folder: (folder / "bus.key").write_text("short\n"), "bus.key: is no secret key of 40 characters"),
    (lambda folder: (folder / "bus.clients").write_text("# nobody\n"), "bus.clients: has no key"),
    (lambda folder: (folder / "bus.clients").write_text("\nann short\n"), "bus.clients:2: is not NAME and a public key"),
    (lambda folder: (folder / "bus.clients").unlink(), "bus.clients: No such file"),
])
def test_wrong_keys_are_refused_at_start(make_stack, folder, keys, port, change, said):
    change(folder)
    stack = make_stack({"bus": {"listen": f"tcp://0.0.0.0:{port}",
                                "curve": {"secret_key_file": str(folder / "bus.key"),
                                          "clients_file": str(folder / "bus.clients")}}}).start("bridged")
    assert stack.kill("bridged") == 78
    assert said in stack.said("bridged")
    assert not any(key in stack.said("bridged") for key in map(bytes.decode, keys["ann"]))
