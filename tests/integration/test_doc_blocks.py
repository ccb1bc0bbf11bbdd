"""Every fenced block of the README, docs/ and examples/ is run, or held against what it is of; or it says why not, and ten may."""
import configparser
import json
import re
import subprocess
from typing import NamedTuple

import pytest

import test_readme
from doc_world import World
from logfile import parse
from rig import BUILD, DAEMONS, TOP

PAGES = [TOP / "README.md", *sorted((TOP / "docs").glob("*.md")), *sorted((TOP / "examples").glob("*.md"))]
FENCE = re.compile(r"(?:<!-- (not run|golden): ([^\n]+) -->\n+)?^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MOST_EXCUSED = 10


class Block(NamedTuple):
    page: str
    line: int
    mark: str    # "golden", "not run" or ""
    words: str   # of the mark
    language: str
    text: str

    def __str__(self):
        return f"{self.page}:{self.line}"


def blocks_of(page):
    text = page.read_text()
    for found in FENCE.finditer(text):
        yield Block(page.relative_to(TOP).as_posix(), text.count("\n", 0, found.start(3)) + 1, found[1] or "", found[2] or "", found[3], found[4])


BLOCKS = [block for page in PAGES for block in blocks_of(page)]
OPEN = [block for block in BLOCKS if not block.mark]
# What a script of a page has to say, as patterns, by a word in it; nothing: it has to end well.
SCRIPTS = {
    "import /etc/ser2net.yaml": [],
    "disable --now ser2net": ["ESP32-A"],
    "--token-file ~/.rfc2217-token": ["(?s)ESP32-A.*ESP32-A"],
    "openssl rand": [],
    "rfc2217ctl cert": ["this portal asks for a token"],  # by TLS that is trusted
    "zmq.curve_keypair": [r"^\S{40} \S{40}\n"],
    '"label": "Scope"': ['"tcp_port":4007'],
    "/write": ['"ok":true'],
    "serial/monitor": ['"line":"I .312. app: ready"'],
    "logs/search": ["disconnected"],
    "logs/lines": ['"text":".*app: ready'],
    "slots/ESP32-A/events": ['"events"'],
    "/api/events": ["event: begin", "event: slot", "event: end"],
    "idf.py -b 921600": ["flash monitor on rfc2217://pi.local:4001"],
    "-- idf.py flash": ["idf.py flash on rfc2217://127.0.0.1:"],
    "./monitor.py": ["app: ready"],
    "socat pty": ["app: ready"],
}
ENDLESS = ("/api/events", "./monitor.py", "socat pty")  # words of those which say it and go on


def test_all_fences_are_blocks():
    fences = sum(len(re.findall(r"^[ \t>]*(?:```|~~~)", page.read_text(), re.MULTILINE)) for page in PAGES)
    assert fences == 2 * len(BLOCKS), "a fence that is not closed, is indented, or is none of ```"


def test_at_most_ten_are_not_run_and_these_say_why():
    excused = [block for block in BLOCKS if block.mark == "not run"]
    print("\n".join(f"{block}: {block.words}" for block in excused))
    assert len(excused) <= MOST_EXCUSED


def test_each_kind_of_block_has_who_looks_at_it():
    assert {block.language for block in OPEN} == {"sh", "python", "json", "ini", "text"}


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.mark == "golden"], ids=str)
def test_a_golden_is_that_file(block):
    assert block.text == (TOP / "tests/golden/bus" / block.words).read_text()


@pytest.mark.parametrize("block", [block for block in OPEN if block.language == "json"], ids=str)
def test_configuration_is_taken_by_the_daemons(block, folder):
    """What a file names has to be there and private; that it is missing may be all that is found wrong."""
    document, file = json.loads(block.text), folder / "configuration.json"
    file.write_text(block.text)
    is_slots = document.keys() <= {"slots", "auto_assign"}
    for name in DAEMONS:
        checked = subprocess.run([BUILD / "services" / name / name, "--check-config", "--slots" if is_slots else "--settings", file],
                                 capture_output=True, text=True)
        missing = re.search(r"/etc/rfc2217/\S+: No such file|read /etc/rfc2217/\S+", checked.stderr)
        assert checked.returncode == 0 or missing, (name, checked.stderr)


@pytest.mark.parametrize("block", [block for block in OPEN if block.language == "ini"], ids=str)
def test_an_ini_is_one(block):
    parsed = configparser.ConfigParser()
    parsed.optionxform = str
    parsed.read_string(block.text)
    if "Service" in parsed:
        units = (TOP / "systemd").glob("*.service")
        known = {line.split("=")[0] for unit in units for line in unit.read_text().splitlines()}
        assert set(parsed["Service"]) <= known, "it adds to what the units have"
    elif "env:esp32" in parsed:
        whole = configparser.ConfigParser()
        whole.read(TOP / "examples/platformio.ini")
        assert parsed["env:esp32"].items() <= whole["env:esp32"].items()
    else:
        assert dict(parsed["esptool"]) == {"sync_timeout": "1.0"}  # as tests/vm/reset.sh has it


REFUSALS = {
    "7:24": '{\n "slots": [\n  {"label": "A",\n   "slot_key": "x",\n   "tcp_port": 4001},\n  {"label": "SLOT2",\n   "_y": "y"  "tcp_port": 4002}\n ]}\n',
    "4:18": '{\n "slots": [\n  {"label": "A",\n           "label": "B"}]}\n',
    "80 is": {"tcp_port": 80}, "4001 is": {"tcp_port": 4001}, "SLOT-1": {"label": "SLOT/1"}, "bauds": {"bauds": 9600},
}


def test_what_slots_json_is_refused_with(folder):
    [block] = [block for block in OPEN if block.page == "docs/slots.md" and block.language == "text"]
    lines = block.text.splitlines()
    assert len(lines) == len(REFUSALS)
    file = folder / "slots.json"
    for line, (word, wrong) in zip(lines, REFUSALS.items()):
        assert word in line
        first = {"label": "SLOT 1" if word == "SLOT-1" else "SLOT1", "slot_key": "x", "tcp_port": 4001}
        second = {"label": "SLOT2", "slot_key": "y", "tcp_port": 4002}
        file.write_text(wrong if isinstance(wrong, str) else json.dumps({"slots": [first, {**second, **wrong}]}))
        refused = subprocess.run([BUILD / "services/bridged/bridged", "--check-config", "--slots", file], capture_output=True, text=True)
        assert refused.returncode == 78 and line in refused.stderr, (line, refused.stderr)


@pytest.mark.parametrize("block", [block for block in OPEN if block.language == "text" and block.page != "docs/slots.md"], ids=str)
def test_lines_of_a_log_are_such(block, world):
    if block.text.startswith("audit: user"):
        world.run("rfc2217ctl reset ESP32-A --owner ann || true", [])  # a pty has no lines to reset it by
        shape = re.escape(block.text.strip()).replace(r"user\ pi", r"user\ \S+").replace("812", r"\d+").replace("ok", ".+")
        assert re.search(shape, world.stack.said("bridged"))
    elif block.text.startswith("audit: "):
        world.run("curl -s --cacert /etc/rfc2217/tls.crt https://pi:8080/api/slots/ESP32-A/reset -d '{}' "
                  "-H \"Authorization: Bearer $(cat ~/.rfc2217-token)\"", [])
        shape = re.escape(block.text.strip()).replace(r"192\.168\.1\.7", r"127\.0\.0\.1").replace("200", r"\d+")
        assert re.search(shape, world.secured.said("portald"))
    else:
        assert parse(block.text.encode())


@pytest.fixture(scope="module")
def world(module_folder):
    with World(module_folder) as made:
        yield made


SHELL = [block for block in OPEN if block.language == "sh" and block.page != "README.md"]


def test_each_script_has_one_expectation():
    assert sorted(sum(word in block.text for word in SCRIPTS) for block in SHELL) == [1] * len(SCRIPTS)


@pytest.mark.parametrize("page", sorted({block.page for block in SHELL}))
def test_a_pages_scripts_do_what_it_says_one_after_the_other(page, world):
    for block in SHELL:
        if block.page == page:
            [texts] = [texts for word, texts in SCRIPTS.items() if word in block.text]
            run = world.run_until if any(word in block.text for word in ENDLESS) else world.run
            run(block.text, texts)


def test_the_readmes_snippets_are_those_that_test_readme_runs():
    of_readme = [block for block in OPEN if block.page == "README.md" and block.language in ("sh", "python")]
    assert [(block.language, block.text) for block in of_readme] == test_readme.SNIPPETS
    assert all(block.page == "README.md" for block in OPEN if block.language == "python")
