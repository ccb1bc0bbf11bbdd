#!/usr/bin/env python3
"""The page in a real browser, over the real portald, with daemons that behave like the real ones.

usage: portal_page_test.py PORTALD WEB_DIR [FOLDER-FOR-SCREENSHOTS]
Exit code 77: no chromium here.
"""

import contextlib
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / "fakes")]

import webdriver
from webdriver import wait_for

SKIPPED = 77


def bench(bus_peer):
    """Every state that a card can show."""
    client = {"address": "10.0.0.7:50123", "since": bus_peer.now(), "kind": "rfc2217"}
    usb_jtag = bus_peer.device("/dev/ttyACM0", "", vid="303a", pid="1001", driver="cdc_acm",
                               serial="7C:9E:BD:F1:02:A4", product="USB JTAG/serial debug unit")
    hostile = bus_peer.device("/dev/ttyUSB4", "", product="<img src=x onerror=window.hacked=1>")
    board, slot = bus_peer.with_board, bus_peer.slot
    return [
        slot("ESP32-A", 4001, **board("in_use", "/dev/ttyUSB0", client=client)),
        slot("ESP32-B", 4002, **board("idle", "/dev/ttyACM0", device=usb_jtag, profile="esp-usb-jtag", observers=2,
                                      claim={"owner": "<i>ci-job-7", "until": bus_peer.now(after_s=900),
                                             "address": None})),
        slot("SLOT3", 4003),
        slot("Weather station", 4004, **board("stopped", "/dev/ttyUSB2")),
        slot("SLOT5", 4005, **board("flapping", "/dev/ttyUSB3", next_try=bus_peer.now(after_s=42),
                                    reason="6 short-lived connections in 30 s")),
        slot("SLOT6", 4006, **board("error", "/dev/ttyUSB4", device=hostile,
                                    reason="open /dev/ttyUSB4: Input/output error")),
        slot("SLOT7", 4007, state="away", running=True, devnode="/dev/ttyUSB5", client=client,
             reason="gone for 2 s; the client is kept for 5 s"),
        slot("SLOT8", 4008, last_action="remove", last_event_ts=bus_peer.now(after_s=-200000)),
    ]


class Page:
    """Claims about the page, in the order in which they are made."""

    def __init__(self, browser, daemons, url):
        self.browser, self.daemons, self.url = browser, daemons, url

    def word(self, label):
        return self.browser.run(
            "const card = [...document.querySelectorAll('.card')].find(c => "
            "c.querySelector('.label')?.textContent === arguments[0]);"
            "return card ? card.querySelector('.word').textContent : ''", label)

    def wait_word(self, label, word):
        wait_for(f"{label} is {word}", lambda: self.word(label) == word)

    def press(self, button_label):
        self.browser.click(f"button[aria-label='{button_label}']")

    def choose(self, menu_label, item):
        """An item of a menu, which is made when the menu is opened."""
        self.press(menu_label)
        self.browser.run("[...document.querySelectorAll('#menu button')]"
                         ".find(b => b.textContent.startsWith(arguments[0])).click()", item)

    def shows_every_slot(self):
        self.browser.open(self.url)
        wait_for("eight cards", lambda: self.browser.count(".card:not(.skeleton)") == 8)
        self.wait_word("ESP32-A", "in use")
        assert "10.0.0.7" in self.browser.text(".card.in_use .state")
        assert "+ 2 reading along" in self.browser.text(".card.idle .state")
        assert "claimed by <i>ci-job-7" in self.browser.text(".card.idle .state")
        assert "115200 8N1" in self.browser.text(".card.in_use")
        wait_for("all daemons up", lambda: self.browser.count("#daemons li.up") == 4)

    def shows_hostile_names_as_text(self):
        assert "<img src=x" in self.browser.text(".card.error")
        assert self.browser.count("main img") == 0
        assert self.browser.run("return window.hacked ?? null") is None

    def shows_a_board_that_is_plugged_in(self, bus_peer):
        new = bus_peer.device("/dev/ttyUSB9", "platform-usb-0:1.9:1.0", vid="1a86", pid="7523", serial="",
                              product="USB Serial", driver="ch341")
        self.daemons["hotplugd"].add(new)
        wait_for("a dashed card", lambda: self.browser.count(".card.unassigned") == 1)
        self.daemons["bridged"].put_slot(
            bus_peer.slot("SLOT3", 4003, **bus_peer.with_board("idle", "/dev/ttyUSB7")))
        self.wait_word("SLOT3", "idle")

    def shows_the_last_line_and_the_rate(self):
        wait_for("the portal follows the log", lambda: (
            self.daemons["loggerd"].say("ESP32-A", "I (48213) wifi: connected, <b>not bold</b>"),
            "not bold" in self.browser.text(".card.in_use .line"))[1])
        total = [0]

        def more():
            total[0] += 4096
            self.daemons["bridged"].set_counters(
                **{"ESP32-A": {"rx_bytes": total[0], "tx_bytes": 7}, "ESP32-B": {"rx_bytes": 0, "tx_bytes": 0}})
            return self.browser.run("return (document.querySelector('.card.in_use .rates path')"
                                    ".getAttribute('d') || '').split('L').length > 9")
        wait_for("a sparkline", more)
        assert "B/s" in self.browser.text(".card.in_use .rates")

    def fits_a_phone(self):
        self.browser.look_like(360, 740, "light")
        wider = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.browser.run(wider) <= 0, "wider than a phone"
        self.browser.look_like(1280, 900, "light")

    def starts_and_stops(self):
        self.choose("Reset or stop ESP32-B", "Stop")
        self.wait_word("ESP32-B", "stopped")
        wait_for("it says so", lambda: self.browser.text("#toast").startswith("ESP32-B stopped"))
        self.press("Start ESP32-B")
        self.wait_word("ESP32-B", "idle")
        assert ("slot.stop", {"slot": "ESP32-B"}) in self.daemons["bridged"].asked

    def asks_before_it_ends_a_connection(self):
        self.choose("Reset or stop ESP32-A", "Stop")
        wait_for("a question", lambda: "10.0.0.7" in self.browser.text("dialog[open]"))
        self.browser.click("dialog button[value=no]")
        wait_for("no question", lambda: self.browser.count("dialog[open]") == 0)
        assert ("slot.stop", {"slot": "ESP32-A"}) not in self.daemons["bridged"].asked
        self.choose("Reset or stop ESP32-A", "Stop")
        self.browser.click("dialog button[value=yes]")
        self.wait_word("ESP32-A", "stopped")

    def copies_a_url(self):
        self.choose("Copy for ESP32-B", "URL")
        wait_for("it says so", lambda: "rfc2217://127.0.0.1:4002" in self.browser.text("#toast"))

    def has_nothing_to_complain(self):
        complaints = self.browser.complaints()
        assert not complaints, complaints

    def names_a_daemon_that_is_down(self):
        self.daemons["bridged"].stop()
        wait_for("the notice", lambda: "journalctl -u rfc2217-bridge" in self.browser.text("#notices"))
        self.wait_word("ESP32-B", "unknown")

    def recovers_when_it_is_back(self, bus_peer, runtime_dir):
        self.daemons["bridged"] = bus_peer.Bridged(runtime_dir, bench(bus_peer)[:2]).start()
        self.wait_word("ESP32-B", "idle")
        wait_for("no notice", lambda: self.browser.text("#notices") == "")
        wait_for("the slots that are gone to go", lambda: self.browser.count(".card:not(.unassigned)") == 2)

    def notices_a_portal_that_has_gone_without_a_word(self, portald):
        """As when the Pi has lost its power: the connection stays open, nothing comes."""
        portald.send_signal(signal.SIGSTOP)
        try:
            wait_for("the page says that the portal is gone",
                     lambda: "journalctl -u rfc2217-portal" in self.browser.text("#notices"), 60)
        finally:
            portald.send_signal(signal.SIGCONT)

    def recovers_when_the_portal_is_back(self):
        wait_for("no notice", lambda: self.browser.text("#notices") == "", 60)
        self.wait_word("ESP32-B", "idle")


def screenshots(browser, folder, name):
    if not folder:
        return
    for width, height, size in ((1280, 900, "desktop"), (360, 740, "phone")):
        for scheme in ("light", "dark"):
            browser.look_like(width, height, scheme)
            browser.screenshot(f"{folder}/{name}-{size}-{scheme}.png")
    browser.look_like(1280, 900, "light")


def check(browser, stack, folder, bus_peer):
    page = Page(browser, stack.daemons, stack.url)
    page.shows_every_slot()
    page.shows_hostile_names_as_text()
    page.shows_a_board_that_is_plugged_in(bus_peer)
    page.shows_the_last_line_and_the_rate()
    screenshots(browser, folder, "slots")
    page.fits_a_phone()
    page.starts_and_stops()
    page.copies_a_url()
    page.asks_before_it_ends_a_connection()
    page.has_nothing_to_complain()
    page.names_a_daemon_that_is_down()
    screenshots(browser, folder, "bridge-down")
    page.recovers_when_it_is_back(bus_peer, stack.folder)
    page.notices_a_portal_that_has_gone_without_a_word(stack.portald)
    page.recovers_when_the_portal_is_back()
    stack.stop_portal()
    wait_for("the page says that the portal is gone",
             lambda: "journalctl -u rfc2217-portal" in browser.text("#notices"))
    screenshots(browser, folder, "portal-down")
    stack.start_portal()
    page.recovers_when_the_portal_is_back()


class Stack:
    """The real portald, and the daemons that it listens to."""

    def __init__(self, program, web_dir, folder, bus_peer):
        port = webdriver.free_port()
        self.folder, self.url = folder, f"http://127.0.0.1:{port}/"
        self.command = [program, "--runtime-dir", folder, "--state-dir", folder,
                        "--settings", f"{folder}/none.json", "--bind", "127.0.0.1",
                        "--http-port", str(port), "--web-dir", web_dir]
        self.daemons = {"bridged": bus_peer.Bridged(folder, bench(bus_peer)),
                        "hotplugd": bus_peer.Hotplugd(folder), "loggerd": bus_peer.Loggerd(folder)}
        for daemon in self.daemons.values():
            daemon.start()
        self.start_portal()

    def start_portal(self):
        self.portald = subprocess.Popen(self.command)

    def stop_portal(self):
        self.portald.terminate()
        assert self.portald.wait(20) == 0, "portald did not end as asked"

    def close(self):
        if self.portald.poll() is None:
            self.stop_portal()
        for daemon in self.daemons.values():
            daemon.stop()


def main(program, web_dir, folder=None):
    try:
        import bus_peer
    except ImportError as missing:
        print(f"skipped: {missing}")
        return SKIPPED
    if not webdriver.is_there():
        print("skipped: no chromium and chromium-driver")
        return SKIPPED
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as ends:
        stack = Stack(program, web_dir, scratch, bus_peer)
        ends.callback(stack.close)
        browser = webdriver.Browser(f"{scratch}/profile")
        ends.callback(browser.close)
        wait_for("portald listens", lambda: webdriver.answers(stack.url))
        check(browser, stack, folder, bus_peer)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
