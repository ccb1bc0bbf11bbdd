"""Races and storms: what the kernel and udevd do when boards come and go faster than is good for them."""
import random
import threading
import time

from boards import described
from rig import wait_until
from testbed import message

KEY = described("cp2102").keys[0]


def sum_of(story):
    """{slot_key: devnode} of what was announced; an announcement that does not fit fails."""
    listed = {}
    for key, what, devnode in story:
        if what == "added":
            assert key not in listed, f"{key} was added twice"
            listed[key] = devnode
        else:
            assert listed.pop(key, None) == devnode, f"{key} {devnode} was removed, and was not there"
    return listed


def test_a_replug_under_another_devnode_is_told_in_order(bed, hotplugd):
    bed.plug(old := described("cp2102", first=0))
    hotplugd.start()
    bed.unplug(old)
    bed.plug(described("cp2102", first=3))
    hotplugd.caught_up()
    assert hotplugd.story() == [(KEY, "added", "/dev/ttyUSB0"), (KEY, "removed", "/dev/ttyUSB0"),
                                (KEY, "added", "/dev/ttyUSB3")]


def test_an_add_wins_over_the_remove_that_comes_after_it(bed, hotplugd):
    for first in (0, 3):  # back under the same devnode, and under another
        old = bed.plug(described("cp2102", first=0))
        daemon = hotplugd.start()
        bed.take(old)
        bed.plug(new := described("cp2102", first=first))
        bed.tell(old, "remove")
        daemon.caught_up()
        assert daemon.listed() == {KEY: f"/dev/ttyUSB{first}"}
        assert [what for _, what, _ in daemon.story()] == ["added", "removed", "added"]
        bed.unplug(new)
        assert daemon.kill() == 0


def test_two_that_change_places_are_at_their_new_connectors(bed, hotplugd):
    a, b = bed.plug(described("cp2102", port="1.2", first=0)), bed.plug(described("cp2102", port="1.3", first=1))
    hotplugd.start()
    for board in (a, b):
        bed.take(board)
    c, d = bed.plug(described("cp2102", port="1.3", first=0)), bed.plug(described("cp2102", port="1.2", first=1))
    for board in (a, b):
        bed.tell(board, "remove")
    hotplugd.caught_up()
    assert hotplugd.listed() == {c.keys[0]: "/dev/ttyUSB0", d.keys[0]: "/dev/ttyUSB1"} == sum_of(hotplugd.story())


def test_what_is_told_again_is_not_announced_again(bed, hotplugd):
    board = bed.plug(described("ft4232h"))
    hotplugd.start()
    for action in ("add", "change", "add", "bind"):
        bed.tell(board, action)
    bed.unplug(board)
    bed.tell(board, "remove")
    hotplugd.caught_up()
    assert [what for _, what, _ in hotplugd.story()] == ["added"] * 4 + ["removed"] * 4


def test_a_device_that_comes_while_hotplugd_starts_is_announced_exactly_once(bed, hotplugd):
    """Whether it came before the monitor listened, before the enumeration, or after both."""
    pauses = random.Random(1)
    for _ in range(25):
        board = described("cp2102")
        hotplugd.launch()
        time.sleep(pauses.uniform(0, 0.06))  # to come at another moment each time; nothing hangs on it
        bed.plug(board)
        hotplugd.ready()
        wait_until(lambda: hotplugd.listed() == {KEY: "/dev/ttyUSB0"}, "the device")
        hotplugd.caught_up()
        assert hotplugd.story() == [(KEY, "added", "/dev/ttyUSB0")]
        bed.unplug(board)
        assert hotplugd.kill() == 0


def test_a_storm_of_boards_ends_in_what_is_there(bed, hotplugd):
    """246 disconnects of six connectors; the ttys are numbered anew each time."""
    chance, plugged, disconnects = random.Random(2), {}, 0
    hotplugd.start()
    diary = hotplugd.diary()
    while disconnects < 246 or len(plugged) < 3:
        port = f"1.{chance.randrange(1, 7)}"
        if port in plugged:
            bed.unplug(plugged.pop(port))
            disconnects += 1
        else:
            taken = {int(b.devnodes[0].removeprefix("/dev/ttyUSB")) for b in plugged.values()}
            free = min(set(range(7)) - taken)
            plugged[port] = bed.plug(described("cp2102", port=port, first=free))
    truth = {board.keys[0]: board.devnodes[0] for board in plugged.values()}
    hotplugd.caught_up()
    assert hotplugd.listed() == truth
    told = [(d["slot_key"], topic.removeprefix("device.").rstrip("/"), d["devnode"])
            for topic, d, _ in diary.events_until(hotplugd.snapshot()["seq"])]
    assert [t for t in told if "9.9" not in t[0]] == hotplugd.story(), "the bus and the log tell the same"
    assert sum_of(hotplugd.story()) == truth
    assert len(hotplugd.story()) == 2 * disconnects + len(truth), "each plug and unplug is told"


def test_udevd_in_disorder_ends_in_what_is_there(bed, hotplugd):
    """Its workers tell of each tty in order, and of several as they like; some of it twice."""
    chance, plugged, untold = random.Random(3), {}, []
    hotplugd.start()
    for _ in range(300):
        tty = chance.randrange(6)
        if board := plugged.pop(tty, None):
            bed.take(board)
            untold.append((board, "remove"))
        else:
            free = [p for p in range(1, 7) if p not in {b.port for b in plugged.values()}]
            board = plugged[tty] = described("cp2102", port=f"1.{(port := chance.choice(free))}", first=tty)
            board.port = port
            bed.put(board)
            untold.append((board, "add"))
        if len(untold) > 8:
            tell_one(bed, chance, untold)
    while untold:
        tell_one(bed, chance, untold)
    hotplugd.caught_up()
    assert hotplugd.listed() == {b.keys[0]: b.devnodes[0] for b in plugged.values()} == sum_of(hotplugd.story())


def tell_one(bed, chance, untold):
    board, action = chance.choice(untold)
    board, action = next(u for u in untold if u[0].devnodes == board.devnodes)  # the first of that tty
    untold.remove((board, action))
    for _ in range(chance.choice((1, 1, 2))):
        bed.tell(board, action)


def test_it_answers_while_events_come_without_end(bed, hotplugd):
    hotplugd.start()
    over = threading.Event()
    tty = described("cp2102").ttys[0]
    flapping = [message(action, tty.devpath, tty.properties) for action in ("add", "remove")]

    def storm():  # each is there as soon as there is room for it
        with bed.listener() as listener:
            while not over.is_set():
                for event in flapping:
                    listener.send(event)

    weather = threading.Thread(target=storm)
    weather.start()
    try:
        seen = [hotplugd.snapshot()["seq"] for _ in range(20)]
        wait_until(lambda: hotplugd.snapshot()["seq"] > seen[-1], "the storm to go on")
    finally:
        over.set()
        weather.join()
    hotplugd.caught_up()
    assert hotplugd.listed() == {} == sum_of(hotplugd.story())


def test_a_board_that_was_gone_when_udevd_told_of_it_leaves_no_connector_behind(bed, hotplugd):
    """udevd reads the path to it while the kernel takes it down, and finds half of it, or nothing."""
    hotplugd.start()
    vanished = described("cp2102", port="1.3", first=7)
    for path in ("pci-0000:00:14.0-usb-0:1", ""):
        bed.tell(vanished, "add", ID_PATH=path)
        bed.tell(vanished, "remove", ID_PATH=path)
    back = bed.plug(described("cp2102"))  # where another was a moment ago: only the path tells them apart
    bed.tell(back, "change", ID_PATH="pci-0000:00:14.0-usb-0:1")
    hotplugd.caught_up()
    assert hotplugd.story() == [(KEY, "added", "/dev/ttyUSB0")]


def test_one_that_was_killed_in_a_storm_finds_what_is_there(bed, hotplugd):
    hotplugd.start()
    board = bed.plug(described("cp2102"))
    gone = bed.plug(described("ch340", port="1.3", first=1))
    hotplugd.kill(9)
    bed.unplug(gone)
    bed.unplug(board)
    bed.plug(described("cp2102", first=2))
    bed.plug(described("ft4232h", port="1.4", first=4))
    hotplugd.start()
    assert hotplugd.listed() == {KEY: "/dev/ttyUSB2", **{
        f"pci-0000:00:14.0-usb-0:1.4:1.{n}": f"/dev/ttyUSB{4 + n}" for n in range(4)}}
