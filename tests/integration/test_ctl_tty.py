"""`rfc2217ctl tty`: a device for programs that take nothing else, with the slot behind it."""
import concurrent.futures
import errno
import fcntl
import hashlib
import os
import random
import select
import subprocess
import termios
import threading

import pytest
import serial

from control import on_bus, on_portal
from rig import PATIENCE, wait_until

TIOCGEXCL = 0x80045440  # asm-generic/ioctls.h


@pytest.fixture(params=[on_bus, on_portal])
def ctl(stack, request):
    return request.param(stack)


@pytest.fixture
def link(ctl, folder):
    """The device of slot A, while it is served."""
    path = folder / "ttyESP32"
    serving = ctl.talk("tty", "A", "--link", path)
    serving.hear(f"{path} is A on 127.0.0.1:")
    yield path
    serving.process.terminate()
    code, said = serving.wait()
    serving.close()
    assert code == 0, said
    assert not os.path.lexists(path), "the link is left behind"


def test_what_a_program_sets_is_set_at_the_board_and_bytes_pass_both_ways(stack, boards, link):
    assert stack.slot("A")["client"] is None, "connected though nobody has the device open"
    with serial.Serial(str(link), 115200, timeout=60) as tty:
        tty.write(b"\xff\x00\x11\x13\r\nhello\n")
        assert boards["a"].hear(b"hello\n") == b"\xff\x00\x11\x13\r\nhello\n"
        boards["a"].say(b"\xff\x00\x03\r\nanswer\n")
        assert tty.read(12) == b"\xff\x00\x03\r\nanswer\n"
        for baud, stop_bits in ((921600, 1), (9600, 2), (250000, 1)):
            tty.baudrate, tty.stopbits = baud, stop_bits
            wait_until(lambda: (s := stack.slot("A")["settings"])["baud"] == baud and s["stop_bits"] == str(stop_bits), baud)
        tty.write(b"at the new rate\n")
        boards["a"].hear(b"at the new rate\n")
    wait_until(lambda: stack.slot("A")["client"] is None, "the slot to be free when the device is closed")
    with serial.Serial(str(link), 115200, timeout=60) as tty:
        wait_until(lambda: stack.slot("A")["client"], "the next program")
        tty.write(b"again\n")
        boards["a"].hear(b"again\n")


def test_a_megabyte_of_any_bytes_arrives_both_ways_at_once(stack, boards, link):
    there, back = random.Random(1).randbytes(1 << 20), random.Random(2).randbytes(1 << 20)
    with serial.Serial(str(link), 115200, timeout=60) as tty:
        wait_until(lambda: stack.slot("A")["client"], "the connection")
        tty.write(b"begin")
        boards["a"].hear(b"begin")
        threads = [threading.Thread(target=tty.write, args=(there,)), threading.Thread(target=boards["a"].say, args=(back,))]
        heard = []
        threads.append(threading.Thread(target=lambda: heard.append(boards["a"].take(len(there)))))
        for one in threads:
            one.start()
        got = bytearray()
        while len(got) < len(back):
            part = tty.read(min(4096, len(back) - len(got)))
            assert part, f"only {len(got)} bytes came"
            got += part
        for one in threads:
            one.join()
    assert hashlib.sha256(heard[0]).digest() == hashlib.sha256(there).digest()
    assert hashlib.sha256(got).digest() == hashlib.sha256(back).digest()


def test_what_was_written_before_it_was_closed_arrives(stack, boards, link):
    for word in ("one", "two"):  # over before anybody can have looked
        subprocess.run(["sh", "-c", f"echo {word} >{link}"], check=True)
    boards["a"].hear(b"one\ntwo\n")
    sent = random.Random(3).randbytes(200_000)
    with open(link, "wb", buffering=0) as tty:
        wait_until(lambda: stack.slot("A")["client"], "the connection")
        rest = memoryview(sent)
        while rest:
            rest = rest[tty.write(rest):]
    assert hashlib.sha256(boards["a"].take(len(sent))).digest() == hashlib.sha256(sent).digest()
    wait_until(lambda: stack.slot("A")["client"] is None, "the slot to be free")


def opened(link):
    """What one left locked is soon another tty, for who is not root."""
    def attempt():
        try:
            return os.open(link, os.O_RDWR | os.O_NOCTTY)
        except OSError as refused:
            assert refused.errno == errno.EBUSY
    return wait_until(attempt, "the tty not to be locked")


def test_who_locked_it_and_left_at_once_locks_nobody_out(stack, boards, link):
    tty = os.open(link, os.O_RDWR | os.O_NOCTTY)
    fcntl.ioctl(tty, termios.TIOCEXCL)
    os.close(tty)
    tty = opened(link)
    try:
        wait_until(lambda: stack.slot("A")["client"], "the connection")
        boards["a"].say(b"hello\n")
        assert os.read(tty, 100) == b"hello\n"
        os.write(tty, b"and back\n")
        boards["a"].hear(b"and back\n")
    finally:
        os.close(tty)


def test_what_one_wrote_who_locked_it_while_the_one_before_was_still_served_arrives(stack, boards, link):
    first = os.open(link, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    wait_until(lambda: stack.slot("A")["client"], "the connection")
    while select.select([], [first], [], 1)[1]:  # until the board, which reads nothing, is waited for
        os.write(first, bytes(4096))
    os.close(first)
    second = os.open(link, os.O_RDWR | os.O_NOCTTY)
    fcntl.ioctl(second, termios.TIOCEXCL)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        heard = pool.submit(boards["a"].hear, b"of the second\n")
        os.write(second, b"of the second\n")  # which waits for the board to read, when all on the way is full
        os.close(second)
        assert heard.result().strip(b"\0") == b"of the second\n"
    os.close(opened(link))


def test_the_next_program_finds_nothing_of_the_one_before(stack, boards, link):
    tty = os.open(link, os.O_RDWR | os.O_NOCTTY)
    fcntl.ioctl(tty, termios.TIOCEXCL)
    wait_until(lambda: stack.slot("A")["client"], "the connection")
    boards["a"].say(b"for the first\n")
    select.select([tty], [], [], PATIENCE)
    os.close(tty)
    wait_until(lambda: stack.slot("A")["client"] is None, "the slot to be free")
    tty = opened(link)
    try:
        is_exclusive = fcntl.ioctl(tty, TIOCGEXCL, bytes(4))
        assert is_exclusive == bytes(4), "others than root could not open it"
        wait_until(lambda: stack.slot("A")["client"], "the next connection")
        boards["a"].say(b"for the second\n")
        assert os.read(tty, 100) == b"for the second\n"
    finally:
        os.close(tty)


def test_at_any_time_there_is_a_tty_at_the_link(link):
    missed, done = [], threading.Event()

    def watch():
        while not done.is_set():
            try:
                tty = os.readlink(link)
                if not os.path.exists(tty) and os.readlink(link) == tty:
                    missed.append(tty)
            except FileNotFoundError as fault:
                missed.append(fault)
    watching = threading.Thread(target=watch)
    watching.start()
    try:
        for _ in range(10):  # for each of them another tty, if they are not root's
            tty = opened(link)
            fcntl.ioctl(tty, termios.TIOCEXCL)
            os.close(tty)
        os.close(opened(link))
    finally:
        done.set()
        watching.join()
    assert not missed


def test_it_comes_back_after_bridged_and_tells_what_is_wrong_meanwhile(ctl, stack, boards, folder):
    path = folder / "tty"
    serving = ctl.talk("tty", "A", "--link", path)
    try:
        serving.hear("Ctrl-C ends it")
        with serial.Serial(str(path), 115200, timeout=60) as tty:
            wait_until(lambda: stack.slot("A")["client"], "the connection")
            stack.kill("bridged")
            serving.hear("Connection refused")
            tty.write(b"written meanwhile\n")
            stack.start("bridged")
            boards["a"].hear(b"written meanwhile\n")
        serving.process.terminate()
        assert serving.wait()[0] == 0
    finally:
        serving.close()


def test_who_has_the_slot_is_told(ctl, stack, ports, folder):
    with serial.serial_for_url(f"rfc2217://127.0.0.1:{ports['A']}"):
        serving = ctl.talk("tty", "A", "--link", folder / "tty")
        try:
            serving.hear("Ctrl-C ends it")
            with serial.Serial(str(folder / "tty"), 115200, timeout=1):
                serving.hear("127.0.0.1:")  # the refusal's own words name the other
        finally:
            serving.close()


def test_what_is_written_while_another_has_the_slot_waits_for_it(ctl, ports, boards, folder):
    serving = ctl.talk("tty", "A", "--link", folder / "tty")
    try:
        serving.hear("Ctrl-C ends it")
        with serial.serial_for_url(f"rfc2217://127.0.0.1:{ports['A']}"):
            subprocess.run(["sh", "-c", f"echo later >{folder}/tty"], check=True)
            serving.hear("127.0.0.1:")
        boards["a"].hear(b"later\n")
    finally:
        serving.close()


def test_what_is_no_link_of_its_own_stays(ctl, folder):
    (folder / "file").write_text("mine")
    refused = ctl.run("tty", "A", "--link", folder / "file")
    assert refused.returncode == 1 and f"{folder}/file is there already" in refused.stderr
    assert (folder / "file").read_text() == "mine"
    (folder / "old").symlink_to("/dev/pts/999999")  # as kill -9 leaves it
    serving = ctl.talk("tty", "A", "--link", folder / "old")
    try:
        serving.hear("Ctrl-C ends it")
        assert (folder / "old").exists()
    finally:
        serving.close()
    assert ctl.run("tty", "Nobody", "--link", folder / "x").returncode == 2
