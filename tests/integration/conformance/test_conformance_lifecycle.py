"""Who has a slot: clients that go, second clients, kicks, claims, and boards that come back."""
import pytest

import clients
from bus import Refused
from desk import IDLE_BAUD, Desk, wait_until
from telnet import (COM_PORT, CONTROL, DATA_BITS, PURGE, RESUMED, SUSPENDED, WILL, Peer, baud, baud_is, is_now, say,
                    sub)

HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def desk(module_folder):
    made = Desk(module_folder, A={}, T={"second_client": "take_over"}, O={"second_client": "observe"},
                E={"profile": "esp-bridge"})
    yield made
    made.close()


@pytest.fixture
def slot(desk):
    """slot(label): at rest, and so left behind."""
    used = []

    def chosen(label):
        used.append(desk[label])
        desk[label].rest()
        return desk[label]
    yield chosen
    for outlet in used:
        outlet.bus.ask("slot.release", slot=outlet.name, owner="anybody", force=True)


def address(peer):
    return "%s:%d" % peer.socket.getsockname()


def refusal(outlet):
    """What a client that is not let in is told."""
    with Peer(outlet.port) as peer:
        line = peer.to_the_end().decode()
    assert line.endswith("\r\n") and line.count("\n") == 1 and "\xff" not in line
    return line


def talk(peer, board, word):
    peer.send(word)
    assert board.hear(word) == word
    board.say(word[::-1])
    peer.expect(word[::-1])


@pytest.mark.parametrize("ending, text", [("close", "Client disconnected"), ("reset", "Client connection reset")])
def test_a_slot_is_free_again_directly_after_its_client(slot, ending, text):
    outlet = slot("A")
    for turn in range(20):
        place = outlet.place()
        first = outlet.peer()
        first.ask(baud(9600 + turn))
        getattr(first, ending)()
        with outlet.peer() as second:
            talk(second, outlet.board, b"second")
            assert second.ask(baud(0)) == baud_is(IDLE_BAUD)
        assert text in outlet.wait_info(place, text)


def test_a_client_that_only_closed_its_own_side_still_gets_the_answer(slot):
    outlet = slot("A")
    with outlet.admitted() as peer:
        peer.send(b"version?\n")
        peer.socket.shutdown(1)
        assert outlet.board.hear(b"version?\n") == b"version?\n"
        outlet.board.say(b"v1.2.3\n")
        peer.expect(b"v1.2.3\n")
        assert peer.to_the_end() == b""


def test_a_second_client_is_refused_with_one_line_that_names_the_first(slot):
    outlet = slot("A")
    with outlet.peer() as first:
        for _ in range(12):
            assert f"in use by {address(first)} " in refusal(outlet)
        talk(first, outlet.board, b"undisturbed")
    with outlet.peer() as next_one:
        talk(next_one, outlet.board, b"free")


def test_a_second_client_takes_over(slot):
    outlet, place = slot("T"), slot("T").place()
    first = outlet.peer()
    first.ask(baud(9600))
    with outlet.peer() as second:
        assert first.to_the_end() == b""
        assert second.ask(baud(0)) == baud_is(IDLE_BAUD), "what the first had set is not the second's"
        talk(second, outlet.board, b"mine now")
    first.close()
    assert "Previous client disconnected (new connection)" in outlet.wait_info(place, "Previous")


def observer(outlet, count):
    """A further client of a slot that somebody has: it observes."""
    made = Peer(outlet.port).agree()
    wait_until(lambda: outlet.slot()["observers"] == count, f"{count} observers")
    return made


def test_an_observer_sees_all_and_is_acknowledged_but_changes_nothing(slot):
    outlet = slot("O")
    place, ignored = outlet.place(), outlet.counters()["ignored"]
    with outlet.peer() as writer, observer(outlet, 1) as looking:
        writer.ask(baud(57600))
        lines = outlet.slot()["lines"]
        assert looking.ask(baud(9600), sub(DATA_BITS, 7), sub(CONTROL, 9), sub(CONTROL, 5), sub(PURGE, 3)) == \
            baud_is(9600) + is_now(DATA_BITS, 7) + is_now(CONTROL, 9) + is_now(CONTROL, 5) + is_now(PURGE, 3)
        looking.send(b"not for the board")
        assert looking.ask() == b""
        assert outlet.line().baud == 57600 and outlet.settings()["data_bits"] == 8
        assert outlet.slot()["lines"] == lines and outlet.slot()["client"]["address"] == address(writer)
        writer.send(b"for the board")
        assert outlet.board.hear(b"board") == b"for the board"
        outlet.board.say(b"for \xff both")
        writer.expect(b"for \xff\xff both")
        looking.expect(b"for \xff\xff both")
        assert outlet.counters()["ignored"] - ignored == len(b"not for the board")
        observed = address(looking)
    texts = outlet.wait_info(place, "Observer disconnected")
    assert f"Observer connected from {observed}" in texts and "Break ON" not in texts


def test_eight_observe_and_a_ninth_is_refused(slot):
    outlet = slot("O")
    with outlet.peer() as writer:
        looking = [observer(outlet, count) for count in range(1, 9)]
        assert f"in use by {address(writer)} " in refusal(outlet)
        outlet.board.say(b"all of them\n")
        for peer in (writer, *looking):
            peer.expect(b"all of them\n")
        looking.pop().reset()
        looking.pop().close()
        wait_until(lambda: outlet.slot()["observers"] == 6, "two to be gone")
        talk(writer, outlet.board, b"undisturbed")
        for peer in looking:
            peer.close()


def test_an_observer_that_never_reads_stops_nobody(slot):
    outlet = slot("O")
    flood = b"".join(b"%09d\n" % number for number in range(1 << 20))
    with outlet.peer() as writer, Peer(outlet.port, receive_buffer=4096) as lazy:
        lazy.send(say(WILL, COM_PORT))
        wait_until(lambda: outlet.slot()["observers"] == 1, "it to observe")
        heard, _ = clients.exchange(writer.socket, outlet.board, flood, b"")
        assert clients.telnet_decode(heard) == flood


def test_a_kick_ends_the_client_and_all_observers(slot):
    outlet = slot("O")
    place = outlet.place()
    with outlet.peer() as writer, observer(outlet, 1) as looking:
        writer.ask(baud(9600))
        answer = outlet.bus.ask("slot.kick", slot="O")
        assert (answer["client"], answer["observers"], answer["slot"]) == (None, 0, "O")
        assert writer.to_the_end() == b"" and looking.to_the_end() == b""
    with outlet.peer() as next_one:
        assert next_one.ask(baud(0)) == baud_is(IDLE_BAUD)
    assert "Client kicked" in outlet.infos_since(place)


def test_a_kick_of_nobody_is_no_fault_and_of_no_slot_is_one(slot):
    outlet = slot("A")
    assert outlet.bus.ask("slot.kick", slot="A")["state"] == "idle"
    with pytest.raises(Refused) as refused:
        outlet.bus.ask("slot.kick", slot="nowhere")
    assert refused.value.code == "not_found"


def test_a_claim_keeps_others_out_and_names_its_owner(slot):
    outlet = slot("A")
    ask = outlet.bus.ask
    held = ask("slot.claim", slot="A", owner="ci-job-7", ttl_s=600)["claim"]
    assert held["owner"] == "ci-job-7" and held["address"] is None and held["until"].endswith("Z")
    assert outlet.slot()["claim"] == held
    assert "ci-job-7" in refusal(outlet)
    for verb, args in [("slot.claim", {"owner": "other", "ttl_s": 5}), ("slot.release", {"owner": "other"}),
                       ("serial.lines", {"dtr": True}), ("serial.reset", {"owner": "other"}),
                       ("serial.write", {"owner": "other"})]:
        with pytest.raises(Refused) as refused:
            ask(verb, b"x", slot="A", **args)
        assert (refused.value.code, refused.value.detail["holder"]) == ("busy", "ci-job-7"), verb
    assert ask("serial.write", b"mine\n", slot="A", owner="ci-job-7") == {"written": 5}
    assert outlet.board.hear(b"mine\n") == b"mine\n"
    assert ask("slot.claim", slot="A", owner="ci-job-7", ttl_s=900)["claim"]["until"] > held["until"]
    assert ask("slot.release", slot="A", owner="ci-job-7")["claim"] is None
    with outlet.peer() as anybody:
        talk(anybody, outlet.board, b"again")


def test_the_owner_of_a_claim_connects_from_its_address(slot):
    outlet = slot("A")
    outlet.bus.ask("slot.claim", slot="A", owner="me", ttl_s=600, address=HERE)
    with outlet.peer() as mine:
        talk(mine, outlet.board, b"let in")
    outlet.bus.ask("slot.claim", slot="A", owner="me", ttl_s=600, address="192.0.2.7")
    assert "me" in refusal(outlet)


def test_a_claim_ends_by_itself(slot):
    outlet = slot("A")
    outlet.bus.ask("slot.claim", slot="A", owner="brief", ttl_s=1)
    wait_until(lambda: outlet.slot()["claim"] is None, "the claim to end")
    with outlet.peer() as anybody:
        talk(anybody, outlet.board, b"free")


def test_a_slot_with_a_client_is_claimed_only_by_force(slot):
    outlet = slot("A")
    with outlet.peer() as peer:
        with pytest.raises(Refused) as refused:
            outlet.bus.ask("slot.claim", slot="A", owner="late", ttl_s=60)
        assert (refused.value.code, refused.value.detail["holder"]) == ("busy", address(peer))
        talk(peer, outlet.board, b"undisturbed")
        assert outlet.bus.ask("slot.claim", slot="A", owner="late", ttl_s=60, force=True)["claim"]["owner"] == "late"
        assert peer.to_the_end() == b""


@pytest.mark.parametrize("wrong", [{"ttl_s": 0}, {"ttl_s": -1}, {"ttl_s": 1e9}, {"ttl_s": "5"}, {"owner": ""}, {"owner": 7},
                                   {"owner": "x" * 5000}, {"address": "no address"}, {"address": 7}])
def test_a_claim_that_makes_no_sense_is_refused_as_such(slot, wrong):
    outlet = slot("A")
    with pytest.raises(Refused) as refused:
        outlet.bus.ask("slot.claim", **{"slot": "A", "owner": "me", "ttl_s": 60, **wrong})
    assert refused.value.code == "bad_request"
    assert outlet.slot()["claim"] is None


@pytest.mark.parametrize("verb, text", [("serial.reset", "Reset"), ("serial.bootloader", "Reset into the bootloader")])
def test_a_reset_is_said_and_answered_when_it_is_done(slot, verb, text):
    outlet = slot("E")
    place = outlet.place()
    answer = outlet.bus.ask(verb, slot="E")
    assert answer["slot"] == "E" and (answer["lines"]["dtr"], answer["lines"]["rts"]) == (False, False)
    assert text in outlet.infos_since(place)
    with outlet.peer() as peer:
        with pytest.raises(Refused) as refused:
            outlet.bus.ask(verb, slot="E")
        assert (refused.value.code, refused.value.detail["holder"]) == ("busy", address(peer))
        outlet.bus.ask(verb, slot="E", force=True)
        talk(peer, outlet.board, b"still connected")


def test_a_plain_slot_has_no_bootloader(slot):
    with pytest.raises(Refused) as refused:
        slot("A").bus.ask("serial.bootloader", slot="A")
    assert refused.value.code == "bad_request"


def test_an_esp_board_has_its_lines_acknowledged_and_held_as_asked_for(slot):
    """esptool's classic reset: DTR on in the state DTR off, RTS on may wait, but the client is not to notice."""
    with slot("E").peer() as peer:
        for value in (9, 11, 8, 12, 9):
            assert peer.ask(sub(CONTROL, value)) == is_now(CONTROL, value)
            query = 7 if value in (8, 9) else 10
            assert peer.ask(sub(CONTROL, query)) == is_now(CONTROL, value)


def test_a_board_that_comes_back_finds_its_client_and_its_settings(slot):
    outlet = slot("A")
    with outlet.peer() as peer:
        peer.ask(baud(74880))
        talk(peer, outlet.board, b"before")
        outlet.board.vanish()
        outlet.wait_state("away")
        assert peer.ask(sub(DATA_BITS, 7), baud(0)) == is_now(DATA_BITS, 7) + baud_is(74880)
        peer.send(b"meanwhile")
        outlet.board.come_back()
        assert outlet.board.hear(b"meanwhile") == b"meanwhile"
        assert peer.until(RESUMED) == SUSPENDED, "what was sent meanwhile had to wait"
        assert outlet.line().baud == 74880
        talk(peer, outlet.board, b"after")
