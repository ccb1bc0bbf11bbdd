"""pyserial's own client, as people use it: with the bare URL and with the crutches that other servers need."""
import concurrent.futures
import itertools

import pytest
import serial

from desk import IDLE_BAUD, Desk, wait_until

URLS = {"A": "", "I": "?ign_set_control", "P": "?poll_modem", "B": "?ign_set_control&poll_modem"}
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def desk(module_folder):
    made = Desk(module_folder, **{label: {} for label in URLS})
    yield made
    made.close()


@pytest.fixture
def everywhere(desk):
    """Runs work(outlet, url) with each URL side by side: pyserial sleeps most of the time. On threads of
    their own, so without the bus, whose sockets belong to one."""
    def run(work):
        with concurrent.futures.ThreadPoolExecutor(len(URLS)) as pool:
            done = [pool.submit(work, desk[label], f"rfc2217://127.0.0.1:{desk[label].port}{more}")
                    for label, more in URLS.items()]
        for (label, more), result in zip(URLS.items(), done):
            assert result.exception() is None, f"with {more or 'the bare URL'}: {result.exception()!r}"
    for outlet in desk.outlets.values():
        outlet.rest()
    return run


def use(url, **settings):
    return serial.serial_for_url(url, timeout=20, **settings)


def test_it_opens_and_closes_50_times(everywhere, desk):
    def work(outlet, url):
        for _ in range(50):
            with use(url) as port:
                assert port.cts in (True, False) and port.baudrate == 9600
    everywhere(work)
    for outlet in desk.outlets.values():
        assert outlet.wait_state("idle")["settings"]["baud"] == IDLE_BAUD


def test_every_setting_is_accepted_and_at_the_tty(everywhere):
    rates = (50, 9600, 74880, 115200, 255, 921600, 1500000, 2000000)

    def work(outlet, url):
        with use(url) as port:
            for rate in rates:
                port.baudrate = rate
                assert outlet.line().baud == rate
            for bits, parity, stop in itertools.product((5, 8), "NOEMS", (1, 1.5, 2)):
                port.apply_settings({"bytesize": bits, "parity": parity, "stopbits": stop})
                assert outlet.line().stop_bits == (1 if stop == 1 else 2)
    everywhere(work)


def test_flow_control_is_at_the_tty(everywhere):
    def work(outlet, url):
        with use(url) as port:
            for settings, flow in [({"xonxoff": True}, "xonxoff"), ({"xonxoff": False}, "none"),
                                   ({"rtscts": True}, "hardware"), ({"rtscts": False}, "none")]:
                port.apply_settings(settings)
                wait_until(lambda f=flow: outlet.line().flow == f, f"{flow} at the tty")
    everywhere(work)


def test_lines_and_break_are_accepted(everywhere):
    def work(outlet, url):
        with use(url) as port:
            for dtr, rts in itertools.product((False, True), repeat=2):
                port.dtr, port.rts = dtr, rts
            port.break_condition = True
            port.break_condition = False
            port.send_break(0.01)
            assert (port.cts, port.dsr, port.ri, port.cd) == (False,) * 4
            outlet.board.say(b"goes on")
            assert port.read(7) == b"goes on"
    everywhere(work)


def test_lines_may_be_chosen_before_it_is_opened(everywhere):
    def work(outlet, url):
        port = serial.serial_for_url(url, do_not_open=True)
        port.dtr = port.rts = False
        port.open()
        port.close()
    everywhere(work)


def test_purging_its_input_leaves_what_comes_later(everywhere):
    def work(outlet, url):
        with use(url) as port:
            outlet.board.say(b"old")
            assert port.read(1) == b"o"
            port.reset_input_buffer()
            assert port.in_waiting == 0
            port.reset_output_buffer()
            outlet.board.say(b"new")
            assert port.read(3) == b"new"
            port.write(b"heard")
            assert outlet.board.hear(b"heard").endswith(b"heard")
    everywhere(work)


def test_a_timeout_that_is_set_again_and_again_disturbs_nothing(everywhere):
    """esptool does so around each command, and each time pyserial sends all its settings again."""
    def work(outlet, url):
        with use(url) as port:
            for turn in range(10):
                port.timeout = 5 + turn % 2
                port.write(b"%d?" % turn)
                assert outlet.board.hear(b"?") == b"%d?" % turn
                outlet.board.say(b"%d!" % turn)
                assert port.read_until(b"!") == b"%d!" % turn
    everywhere(work)


def test_every_byte_passes_both_ways(everywhere):
    every = bytes(range(256)) * 40

    def work(outlet, url):
        with use(url) as port:
            port.write(every)
            assert outlet.board.take(len(every), 20) == every
            outlet.board.say(every)
            assert port.read(len(every)) == every
    everywhere(work)
