"""Telnet's options (RFC 854, 855, 1143): what is agreed to, what is refused, and that it ends."""
import random

import pytest

from telnet import (AYT, BINARY, BRK, COM_PORT, DATA_MARK, DO, DONT, ECHO, HERE, MODEM_STATE, NOP, SGA, WILL, WONT,
                    Peer, command, is_now, say, sub, tokens)

OURS, THEIRS = {BINARY, ECHO, SGA, COM_PORT}, {BINARY, SGA, COM_PORT}
FIRST_STATE = is_now(MODEM_STATE, 0)


@pytest.fixture
def newcomer(outlet):
    """Telnet, but without any option so far."""
    with outlet.admitted(command(AYT)) as made:
        made.expect(HERE)
        yield made


class Expected:
    """RFC 1143 for a side that asks for nothing itself: it answers changes, and refusals of requests."""

    def __init__(self):
        self.on = {DO: set(), WILL: set()}
        self.agreed = False

    def answer(self, verb, option):
        asks = verb in (DO, WILL)
        on = self.on[verb if asks else {DONT: DO, WONT: WILL}[verb]]
        yes, no = (WILL, WONT) if verb in (DO, DONT) else (DO, DONT)
        if asks == (option in on):
            return b""
        if not asks:
            on.discard(option)
            return say(no, option)
        if option not in (OURS if verb == DO else THEIRS):
            return say(no, option)
        on.add(option)
        return say(yes, option) + self._first_state(option)

    def _first_state(self, option):
        if option != COM_PORT or self.agreed:
            return b""
        self.agreed = True
        return FIRST_STATE


@pytest.mark.parametrize("verb, agreement", [(DO, WILL), (WILL, DO)])
@pytest.mark.parametrize("option", [BINARY, SGA])
def test_an_option_is_agreed_to_once_and_given_up_once(newcomer, verb, agreement, option):
    disagreement = {WILL: WONT, DO: DONT}
    assert newcomer.ask(say(verb, option)) == say(agreement, option)
    assert newcomer.ask(say(verb, option)) == b"", "what is on already needs no answer"
    assert newcomer.ask(say(disagreement[verb], option)) == say(disagreement[agreement], option)
    assert newcomer.ask(say(disagreement[verb], option)) == b"", "what is off already needs no answer"
    assert newcomer.ask(say(verb, option)) == say(agreement, option)


def test_we_may_echo_and_the_client_may_not(newcomer):
    assert newcomer.ask(say(DO, ECHO)) == say(WILL, ECHO)
    assert newcomer.ask(say(WILL, ECHO)) == say(DONT, ECHO)
    newcomer.send(b"not echoed")
    assert newcomer.ask() == b""


@pytest.mark.parametrize("verb, agreement", [(DO, WILL), (WILL, DO)])
def test_com_port_is_agreed_to_from_either_side_and_the_modem_state_follows_once(newcomer, verb, agreement):
    assert newcomer.ask(say(verb, COM_PORT)) == say(agreement, COM_PORT) + FIRST_STATE
    other, answer = (WILL, DO) if verb == DO else (DO, WILL)
    assert newcomer.ask(say(other, COM_PORT)) == say(answer, COM_PORT)


def test_what_pyserial_says_first_is_answered_word_for_word(outlet):
    """ECHO, we-SGA, they-SGA, they-RFC2217, we-RFC2217, in the order of its table."""
    with Peer(outlet.port) as peer:
        answers = peer.ask(say(DO, ECHO), say(WILL, SGA), say(DO, SGA), say(DO, COM_PORT), say(WILL, COM_PORT))
    assert tokens(answers) == [say(WILL, ECHO), say(DO, SGA), say(WILL, SGA), say(WILL, COM_PORT), FIRST_STATE,
                               say(DO, COM_PORT)]


def test_each_other_option_is_refused_once(newcomer):
    for verb, refusal, fine in ((DO, WONT, OURS), (WILL, DONT, THEIRS)):
        others = [option for option in range(256) if option not in fine]
        assert newcomer.ask(*(say(verb, option) for option in others)) == \
            b"".join(say(refusal, option) for option in others)


def test_what_was_never_on_is_given_up_in_silence(newcomer):
    assert newcomer.ask(*(say(verb, option) for verb in (DONT, WONT) for option in range(256))) == b""


def test_every_option_is_negotiated_as_rfc_1143_says_however_often_it_is_repeated(newcomer):
    expected = Expected()
    words = [(verb, option) for option in range(256) for verb in (DO, DO, WILL, DONT, WONT, WONT, WILL, DONT, DO)]
    assert newcomer.ask(*(say(*word) for word in words)) == b"".join(expected.answer(*word) for word in words)


@pytest.mark.parametrize("seed", range(4))
def test_a_storm_of_contradictions_is_answered_as_rfc_1143_says(newcomer, seed):
    chance = random.Random(seed)
    expected = Expected()
    options = [BINARY, ECHO, SGA, COM_PORT, 24, 31, 255]
    words = [(chance.choice((WILL, WONT, DO, DONT)), chance.choice(options)) for _ in range(3000)]
    assert newcomer.ask(*(say(*word) for word in words)) == b"".join(expected.answer(*word) for word in words)


def test_a_client_that_answers_each_word_draws_nobody_into_a_loop(newcomer):
    """It keeps no state, as bad clients do: WILL is always answered with DO, and so on."""
    reply = {WILL: DO, DO: WILL, WONT: DONT, DONT: WONT}
    for verbs in ((DO, WILL), (DONT, WONT), (WILL, DO)):
        heard = newcomer.ask(*(say(verb, option) for verb in verbs for option in range(256)))
        rounds = 0
        while negotiations := [t for t in tokens(heard) if t[1] in reply]:
            rounds += 1
            assert rounds < 5, f"still talking: {negotiations[:5]}"
            heard = newcomer.ask(*(say(reply[word[1]], word[2]) for word in negotiations))


def test_are_you_there_is_answered_each_time_and_other_commands_never(newcomer, board):
    newcomer.send(*[command(AYT)] * 50)
    newcomer.expect(HERE * 50)
    silent = [NOP, DATA_MARK, 244, 245, 247, 248, 249]
    assert newcomer.ask(*(command(code) for code in silent)) == b""
    newcomer.send(b"only this")
    assert board.hear(b"only this") == b"only this"


def test_a_telnet_break_breaks_the_line_for_a_while_and_is_not_answered(peer, outlet):
    place = outlet.place()
    assert peer.ask(command(BRK)) == b""
    infos = outlet.wait_info(place, "Break OFF")
    assert [info for info in infos if info.startswith("Break")] == ["Break ON", "Break OFF"]


def test_subnegotiations_of_other_options_are_ignored(peer, board):
    assert peer.ask(sub(1, option=24), sub(0, 80, 0, 24, option=31), sub(1, option=0)) == b""
    peer.send(b"goes on")
    assert board.hear(b"goes on") == b"goes on"


def test_negotiating_nothing_at_all_is_raw_and_gets_no_byte_of_telnet(outlet, board):
    with Peer(outlet.port) as raw:
        raw.send(b"\x0d\x00raw \xff\xfb\x2c\xff\xff")
        assert board.hear(b"\xff\xff") == b"\x0d\x00raw \xff\xfb\x2c\xff\xff"
        board.say(b"\xff\xff\xfaanswer\xff")
        raw.expect(b"\xff\xff\xfaanswer\xff")


@pytest.mark.parametrize("second", [0xFF, 0xEF, 0x00, 0x2C])
def test_a_255_that_begins_no_word_of_telnet_is_raw_too(outlet, board, second):
    with Peer(outlet.port) as raw:
        raw.send(bytes([0xFF, second]), b" and on \xff\xfd\x03.")
        assert board.hear(b".") == bytes([0xFF, second]) + b" and on \xff\xfd\x03."
        board.say(b"\xff.")
        raw.expect(b"\xff.")
