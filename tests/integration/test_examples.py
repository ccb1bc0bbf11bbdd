"""examples/: each program is run against the daemons; what configures other programs is held against what the daemons really have."""
import configparser
import json
import os
import re
import shlex
import subprocess
import threading
import urllib.request

import pytest
import yaml

from rig import PATIENCE, TOP, wait_until
from tools import CTL, Talk, run

EXAMPLES = TOP / "examples"
PYTHON = "/usr/bin/python3"
EXECUTED = {"monitor.py", "ai_monitor.py", "subscribe.py", "subscribe.cpp", "pytest", "github-actions.yml", "esp-idf.md"}
CHECKED = {"docker-compose.yml", "devcontainer.json", "platformio.ini", "lxc.md", "prometheus", "grafana", "home-assistant.yaml",
           "node-red.json", "README.md"}


def test_there_is_no_example_that_nothing_here_looks_at():
    assert {file.name for file in EXAMPLES.iterdir()} == EXECUTED | CHECKED
    listed = set(re.findall(r"\]\(([a-z_.\-]+?)/?\)", (EXAMPLES / "README.md").read_text()))
    assert listed == EXECUTED | CHECKED - {"README.md"}


@pytest.fixture
def start(request):
    """start(words, env): a program that is ended afterwards."""
    running = []

    def started(*words, **env):
        running.append(Talk(*words, env={**os.environ, **env}))
        return running[-1]

    yield started
    for one in running:
        one.close()


def url_of(ports, slot="A"):
    return f"rfc2217://127.0.0.1:{ports[slot]}"


def test_monitor_prints_lines_and_comes_back(stack, boards, ports, start):
    monitor = start(PYTHON, EXAMPLES / "monitor.py", ESP32_PORT=url_of(ports))
    monitor.hear("-- connected")
    boards["a"].say(b"I (1) app: hello\r\n")
    monitor.hear("I (1) app: hello\n")
    stack.kill("bridged")
    monitor.hear("again in 2 s")
    stack.start("bridged")
    monitor.hear("-- connected")
    boards["a"].say(b"I (2) app: again\r\n")
    monitor.hear("I (2) app: again\n")


def test_ai_monitor_tells_in_json_and_ends_at_what_it_was_told_to(stack, boards, ports):
    watching = subprocess.Popen([PYTHON, EXAMPLES / "ai_monitor.py", "crash"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, env={**os.environ, "ESP32_PORT": url_of(ports)})
    try:
        assert "connected" in watching.stderr.readline()
        boards["a"].say(b"I (1) heap: free 4096\r\nfine\r\nGuru Meditation Error: Core  0 panic'ed\r\n")
        out, _ = watching.communicate(timeout=PATIENCE)
    finally:
        watching.kill()
        watching.wait()
    assert watching.returncode == 1
    assert [json.loads(line)["category"] for line in out.splitlines()] == ["memory", "crash"]


@pytest.fixture(scope="module")
def built(module_folder):
    program = module_folder / "subscribe"
    subprocess.run(["g++", "-std=c++17", "-O0", EXAMPLES / "subscribe.cpp", "-o", program, "-lzmq"], check=True)
    return program


@pytest.mark.parametrize("language", ["python", "c++"])
def test_a_subscriber_misses_nothing_though_bridged_is_killed(stack, boards, start, built, language):
    boards["a"].say(b"before it came\n")
    wait_until(lambda: b"before it came" in stack.log_text(), "what was there before")
    program = [PYTHON, EXAMPLES / "subscribe.py"] if language == "python" else [built]
    subscriber = start(*program, "A", stack.runtime)
    subscriber.hear("before it came\n")
    boards["a"].say(b"live\n")
    subscriber.hear("live\n")
    stack.kill("bridged")
    boards["a"].say(b"while it was away\n")
    stack.start("bridged")
    lines = [b"line %d\n" % number for number in range(2000)]
    boards["a"].say(b"".join(lines))
    heard = subscriber.hear("line 1999\n")
    assert heard.encode().endswith(b"while it was away\n" + b"".join(lines))


def test_the_pytest_fixture_claims_resets_and_waits(stack, boards, folder):
    def board():
        wait_until(lambda: b"[INFO] Reset" in stack.log_text(), "the reset")
        boards["a"].say(b"rst:0x1 (POWERON),boot:0x13\r\nI (310) main: board A is up\r\n")
        boards["a"].hear(b"hello\n")
        boards["a"].say(b"echo: hello\r\n")

    acting = threading.Thread(target=board)
    acting.start()
    tested = subprocess.run([PYTHON, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", EXAMPLES / "pytest"],
                            capture_output=True, text=True, timeout=PATIENCE,
                            env={**os.environ, "RFC2217_PORTAL": f"http://127.0.0.1:{stack.http}", "RFC2217_SLOT": "A"})
    acting.join()
    assert "1 passed" in tested.stdout, tested.stdout
    assert stack.slot("A")["claim"] is None


def ctl_lines():
    """Each command of rfc2217ctl in the examples, as one typed it."""
    for file in ("github-actions.yml", "esp-idf.md"):
        for line in re.findall(r"^.*?(rfc2217ctl [^\n]*)$", (EXAMPLES / file).read_text(), re.MULTILINE):
            if "--host" in line:
                yield line


def test_each_command_of_rfc2217ctl_in_them_runs(stack, boards, folder):
    commands = list(ctl_lines())
    assert len(commands) == 5
    for line in commands:
        words = shlex.split(line.split(" & ")[0])
        if "--" in words:
            words[words.index("--") + 1:] = ["true"]
        words = [{"pi.local": f"127.0.0.1:{stack.http}", "ESP32-A": "A"}.get(word, word) for word in words]
        if "wait" in words:
            talk = Talk(CTL, *words[1:])
            wait_until(lambda: talk.process.poll() is not None or not boards["a"].say(b"app: ready\r\n"), "the line")
            code, said = talk.wait()
            talk.close()
            assert (code, "app: ready" in said) == (0, True), line
            continue
        done = run(CTL, *words[1:], cwd=folder)
        assert done.returncode == 0, (line, done)


def metrics_of(stack):
    with urllib.request.urlopen(f"http://127.0.0.1:{stack.http}/metrics", timeout=PATIENCE) as answer:
        text = answer.read().decode()
    return {match[1]: set(re.findall(r'(\w+)="', match[2] or "")) for match in re.finditer(r"^(\w+)(?:\{(.*)\})? ", text, re.MULTILINE)}


def test_what_prometheus_and_grafana_ask_for_is_there(stack):
    rules = yaml.safe_load((EXAMPLES / "prometheus/alerts.yml").read_text())["groups"][0]["rules"]
    asked = [(rule["expr"], re.findall(r"\$labels\.(\w+)", json.dumps(rule))) for rule in rules]
    panels = json.loads((EXAMPLES / "grafana/dashboard.json").read_text())["panels"]
    asked += [(target["expr"], re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) for panel in panels for target in panel["targets"]]
    assert len(asked) == len(rules) + len(panels)
    every = {name for expression, _ in asked for name in re.findall(r"rfc2217_\w+", expression)}
    wait_until(lambda: every <= metrics_of(stack).keys(), f"all of {every}: loggerd's counts come when portald has heard of it")
    metrics = metrics_of(stack)
    for expression, labels in asked:
        names = re.findall(r"rfc2217_\w+", expression)
        assert names, expression
        for name in names:
            assert set(labels) <= metrics[name], f"{expression}: {name} has no label {labels}"
    config = yaml.safe_load((EXAMPLES / "prometheus/prometheus.yml").read_text())
    assert config["scrape_configs"][0]["static_configs"][0]["targets"] == ["pi.local:8080"]
    assert config["rule_files"] == ["alerts.yml"]


def test_what_home_assistant_and_node_red_ask_for_is_there(stack):
    home = yaml.safe_load((EXAMPLES / "home-assistant.yaml").read_text())
    asked = home["rest"][0]["resource"].replace("http://pi.local:8080", "")
    assert "state" in stack.get(asked)["slots"][0] and "(value_json.slots | selectattr('label'" in home["rest"][0]["sensor"][0]["value_template"]
    flow = {node["id"]: node for node in json.loads((EXAMPLES / "node-red.json").read_text())}
    for url in (home["rest_command"]["reset_esp32_a"]["url"], flow["rfc2217-reset"]["url"]):
        path = url.removeprefix("http://pi.local:8080").replace("ESP32-A", "A")
        assert stack.post(path, json.loads(home["rest_command"]["reset_esp32_a"]["payload"]))[0] == 200
    assert flow["rfc2217-ws"]["path"] == "ws://pi.local:8080/ws"
    for node in flow.values():
        assert {wired for wires in node.get("wires", []) for wired in wires} <= set(flow), node


def test_containers_and_platformio_name_the_slots_url():
    url = re.compile(r"rfc2217://(\$\{PI_IP:-pi\.local\}|pi\.local):400[12]")
    for service in yaml.safe_load((EXAMPLES / "docker-compose.yml").read_text())["services"].values():
        assert url.fullmatch(service["environment"]["ESP32_PORT"])
        assert (EXAMPLES / service["volumes"][0].split(":")[0]).is_file()
    dev = json.loads((EXAMPLES / "devcontainer.json").read_text())
    assert all(url.fullmatch(value) for value in dev["containerEnv"].values())
    ini = configparser.ConfigParser()
    ini.read(EXAMPLES / "platformio.ini")
    assert url.fullmatch(ini["env:esp32"]["upload_port"]) and url.fullmatch(ini["env:esp32"]["monitor_port"])


def test_socat_makes_a_device_of_a_slot(stack, boards, ports, folder, start):
    [command] = re.findall(r"^socat .*$", (EXAMPLES / "lxc.md").read_text(), re.MULTILINE)
    link = folder / "ttyESP32"
    words = command.removesuffix(" &").replace("/dev/ttyESP32", str(link)).replace("192.168.1.7:4001", f"127.0.0.1:{ports['A']}")
    start(*shlex.split(words))
    wait_until(link.exists, "the link")
    with open(link, "rb", buffering=0) as tty:
        wait_until(lambda: stack.slot("A")["client"], "socat's connection")
        boards["a"].say(b"through socat\n")
        heard = b""
        while b"through socat\n" not in heard:
            heard += tty.read(100)
