"""What the README of the Python portal (SensorsIot/Serial-via-Ethernet, 48ec540) promised, row by row, with its URLs and commands as they were.

Not here, for want of what it takes: installing on a Pi and the journal (tests/vm/package.sh: `install`, `takeover`), esptool against an ESP32's boot
ROM (tests/vm/reset.sh, with 4.12 and 5.3.1), and PlatformIO and ESP-IDF themselves, which Debian has not: both hand the URL to esptool and pyserial.
"""
import json
import re
import socket
import subprocess
import sys

import pytest
import serial

from rig import BUILD, PATIENCE, TOP, wait_until
from tools import LEARN_SLOTS, Talk, run


@pytest.fixture
def urls(ports):
    return {label: f"rfc2217://127.0.0.1:{port}?ign_set_control" for label, port in ports.items()}


def test_row_quick_start_learn_slots_discovers_connectors(stack):
    said = run(LEARN_SLOTS, "--runtime-dir", stack.runtime)
    assert said.returncode == 0, said
    assert all(str(port["tcp_port"]) in said.stdout for port in stack.get("/api/devices")["slots"])


def test_row_web_portal_is_a_page_on_its_port(stack):
    page = subprocess.run(["curl", "-fs", f"http://127.0.0.1:{stack.http}/"], capture_output=True, text=True, check=True).stdout
    assert "<html" in page and "rfc2217" in page


def test_row_containers_query_the_devices_api(stack, ports):
    slots = stack.get("/api/devices")["slots"]
    assert [(slot["label"], slot["tcp_port"], slot["running"]) for slot in slots] == [("A", ports["A"], True), ("B", ports["B"], True)]


def test_row_containers_two_of_them_have_a_board_each(stack, boards, urls):
    """docker-compose: each container has ESP32_PORT, with ?ign_set_control; LXC: the same with Debian's pyserial."""
    monitors = {}
    try:
        for label, url in urls.items():
            monitors[label] = Talk("env", f"ESP32_PORT={url}", sys.executable, TOP / "examples/monitor.py")
            monitors[label].hear("-- connected")
        for label in urls:
            boards[label.lower()].say(f"this is {label}\r\n".encode())
        for label, monitor in monitors.items():
            monitor.hear(f"this is {label}\n")
    finally:
        for monitor in monitors.values():
            monitor.close()


def test_row_pyserial(stack, boards, urls):
    with serial.serial_for_url(urls["A"], baudrate=115200, timeout=1) as port:
        boards["a"].say(b"Backtrace: 0x400d5a39\r\n")
        assert wait_until(port.readline, "a line") == b"Backtrace: 0x400d5a39\r\n"
        port.write(b"\xff\x00hello\n")
        assert boards["a"].hear(b"hello\n") == b"\xff\x00hello\n"


@pytest.mark.parametrize("query", ["?ign_set_control", ""], ids=["as it was", "better"])
def test_row_esptool_changes_the_baud_rate_and_the_lines(stack, boards, ports, query):
    """What esptool does with its --port, also without the option that the old proxy needed."""
    with serial.serial_for_url(f"rfc2217://127.0.0.1:{ports['A']}{query}", baudrate=115200, timeout=1) as port:
        for dtr, rts in ((False, True), (True, False), (False, False)):
            port.dtr, port.rts = dtr, rts
        port.baudrate = 921600
        wait_until(lambda: stack.slot("A")["settings"]["baud"] == 921600, "the baud rate")
        port.write(b"\xc0\x00\x08\xc0")
        assert boards["a"].hear(b"\x08\xc0").endswith(b"\xc0\x00\x08\xc0")


@pytest.mark.parametrize("tool", ["PlatformIO", "ESP-IDF"])
def test_row_platformio_and_esp_idf_monitor_by_url(stack, boards, urls, tool):
    """Both monitors are pyserial's miniterm with filters; upload_port and ESPPORT are handed to esptool."""
    monitor = Talk("script", "-qec", f"{sys.executable} -m serial.tools.miniterm '{urls['A']}' 115200", "/dev/null")
    try:
        monitor.hear("Miniterm on")
        boards["a"].say(b"I (1) main: hello\r\n")
        monitor.hear("I (1) main: hello")
    finally:
        monitor.close()


def test_row_socat_makes_a_local_tty(stack, boards, ports, folder):
    link = folder / "ttyESP32"
    socat = subprocess.Popen(["socat", f"pty,link={link},raw,echo=0", f"tcp:127.0.0.1:{ports['A']}"])
    try:
        wait_until(link.exists, "the link")
        with serial.Serial(str(link), timeout=1) as tty:
            wait_until(lambda: stack.slot("A")["client"], "socat's connection")
            tty.write(b"\xffhi\n")
            assert boards["a"].hear(b"hi\n") == b"\xffhi\n"
            boards["a"].say(b"\xffback\n")
            assert wait_until(tty.readline, "a line") == b"\xffback\n"
    finally:
        socat.terminate()
        socat.wait(60)


@pytest.mark.parametrize("line, category", [
    ("Guru Meditation Error: Core  0 panic'ed", "crash"), ("assert failed: x main.c:7", "crash"), ("Backtrace: 0x400d5a39", "crash"),
    ("heap: free 1024", "memory"), ("wifi: disconnect, wifi:state reason 8", "wifi"), ("rst:0x1 (POWERON),boot:0x13", "boot")])
def test_row_ai_monitor_has_the_old_categories(line, category):
    sys.path.insert(0, str(TOP / "examples"))
    import ai_monitor
    assert category in {alert["category"] for alert in ai_monitor.alerts(line)}


def test_row_port_assignment_the_old_slots_json_is_taken(folder):
    old = folder / "slots.json"
    old.write_text(json.dumps({"slots": [
        {"slot_key": "platform-3f980000.usb-usb-0:1.2:1.0", "label": "ESP32-A", "tcp_port": 4001},
        {"slot_key": "platform-3f980000.usb-usb-0:1.3:1.0", "label": "ESP32-B", "tcp_port": 4002}]}))
    checked = subprocess.run([BUILD / "services/bridged/bridged", "--slots", old, "--check-config"], capture_output=True, text=True)
    assert checked.returncode == 0, checked


def test_row_serial_logging_names_and_lines(stack, boards, urls):
    with serial.serial_for_url(urls["A"], baudrate=9600, timeout=1) as port:
        boards["a"].say(b"Boot message\r\n")
        wait_until(port.readline, "a line")
        port.write(b"data sent\n")
        boards["a"].hear(b"sent\n")
    stamp = rb"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\] "
    for line in (rb"\[RX\] Boot message$", rb"\[TX\] data sent$", rb"\[INFO\] Baudrate changed to 9600$"):
        wait_until(lambda wanted=stamp + line: re.search(wanted, stack.log_text(), re.MULTILINE), line)
    assert all(re.fullmatch(r"[\w.-]+_\d{4}-\d\d-\d\d\.log", name) for name in stack.log_parts())


def test_row_troubleshooting_who_listens_and_who_is_connected(stack, ports, urls):
    listening = subprocess.run(["ss", "-tln"], capture_output=True, text=True, check=True).stdout
    assert f":{ports['A']} " in listening
    with serial.serial_for_url(urls["A"], timeout=1):
        with socket.create_connection(("127.0.0.1", ports["A"]), PATIENCE) as second:  # socket:// of pyserial drops what came while it opened
            said = second.makefile().readline()
        assert "127.0.0.1:" in said, f"port busy names who has it: {said}"


@pytest.mark.parametrize("method, path, body, fields", [
    ("GET", "/api/devices", None, {"slots", "host_ip"}),
    ("GET", "/api/info", None, {"host_ip", "slots_configured", "slots_running"}),
    ("POST", "/api/hotplug", {"action": "add", "devnode": "/dev/ttyUSB9", "id_path": "x", "devpath": "/devices/x"}, {"ok"}),
    ("POST", "/api/stop", {"slot_key": "A"}, {"ok"}),
    ("POST", "/api/start", {"slot_key": "A", "devnode": "A"}, {"ok"})])
def test_row_api_table(stack, folder, method, path, body, fields):
    key = str(folder / "a")  # a fixed tty's key is its path
    body = {name: key if value == "A" else value for name, value in body.items()} if body else body
    answer = stack.get(path) if method == "GET" else stack.post(path, body)[1]
    assert fields <= set(answer), answer
    assert answer.get("ok", True) is True, answer


ENTRY = {"label", "slot_key", "tcp_port", "present", "running", "devnode", "pid", "url", "seq", "last_action", "last_event_ts", "last_error"}


def test_row_api_table_each_slot_has_the_old_fields(stack):
    for slot in stack.get("/api/devices")["slots"]:
        assert ENTRY <= set(slot)
        assert slot["url"].startswith("rfc2217://") and slot["url"].endswith(f":{slot['tcp_port']}")


SECTIONS = {
    "Scenario": "# rfc2217", "Setup Raspberry Pi Zero": "## Quick start on a Pi", "Access Web Portal": "### The page", "Container Setup": "### Containers",
    "Python with pyserial": "### Python", "esptool (Flashing)": "### esptool", "PlatformIO": "### PlatformIO and ESP-IDF", "ESP-IDF": "### PlatformIO and ESP-IDF",
    "Local /dev/tty via socat": "### socat, or any raw TCP client", "AI Monitoring Example": "### Alerts", "Port Assignment": "### Which connector is which port",
    "Serial Logging": "### The logs", "Troubleshooting": "## Troubleshooting", "API Endpoints": "## The API", "Network Requirements": "## Network requirements",
}


@pytest.mark.parametrize("section", SECTIONS)
def test_row_the_new_readme_has_the_section(section):
    assert f"\n{SECTIONS[section]}\n" in "\n" + (TOP / "README.md").read_text()


def test_row_api_table_each_row_of_the_new_one_is_what_the_portal_has(stack):
    rows = re.findall(r"^\| (GET|POST) \| (`/[^|]*) \|", (TOP / "README.md").read_text(), re.MULTILINE)
    shown = {(method.lower(), path) for method, paths in rows for path in re.findall("`([^`]+)`", paths)}
    paths = stack.get("/api/openapi.json")["paths"]
    actions = {("post", path.replace(path.split("/")[-1], "{action}")) for path in paths if path.startswith("/api/slots/{id}/")}
    assert shown <= {(method, path) for path in paths for method in paths[path]} | actions
    assert {("get", "/api/devices"), ("get", "/api/info"), ("post", "/api/hotplug"), ("post", "/api/start"), ("post", "/api/stop")} <= shown
