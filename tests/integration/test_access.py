"""Who may use the portal: networks, tokens, and what the journal says of them; real daemons, real peers."""
import http.client
import json
import ssl
import subprocess

import pytest
from rig import PATIENCE, wait_until
from web_socket import Page

ANN, BOB, WRONG = "ann-0123456789abcdef", "bob-0123456789abcdef", "wrong-0123456789abcdef"
PRIVATE = ("slot_key", "tcp_port", "rfc2217://", "devnode")  # what a stranger must not learn


def ask(stack, method, path, body=None, peer="127.0.0.1", headers=()):
    """(status, headers, text)"""
    connection = http.client.HTTPConnection("127.0.0.1", stack.http, timeout=PATIENCE, source_address=(peer, 0))
    try:
        connection.request(method, path, None if body is None else json.dumps(body), dict(headers))
        answer = connection.getresponse()
        text = answer.read(200 if path == "/api/events" else None).decode()
        return answer.status, answer.headers, text
    finally:
        connection.close()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def complaints(stack, peer):
    return [line for line in stack.said("portald").splitlines() if f"refused {peer}: " in line]


@pytest.fixture
def tokens_file(folder):
    file = folder / "tokens"
    file.write_text(f"# of the bench\nann operate {ANN}\nbob read {BOB}\n")
    file.chmod(0o640)
    return file


@pytest.fixture
def guarded(make_stack, tokens_file):
    """Asks for a token."""
    made = make_stack({"access": {"tokens_file": str(tokens_file)}}).start()
    wait_until(lambda: ask(made, "GET", "/api/info", headers=bearer(ANN))[2].find('"slots_running":2') > 0,
               "both slots to run")
    return made


ALL = ("/api/devices", "/api/info", "/healthz", "/metrics", "/api/logs", "/api/alerts", "/api/events", "/ws", "/")


def test_an_address_that_is_not_allowed_gets_nothing_and_one_line_in_the_journal(make_stack, ports):
    stack = make_stack({"access": {"allow": ["127.0.0.1/32"]}}).start()
    stack.wait_slot("A", running=True)
    for path in ALL:
        status, _, text = ask(stack, "GET", path, peer="127.0.0.2")
        assert status == 403 and json.loads(text) == {"error": "127.0.0.2 is not in access.allow of settings.json"}
    assert ask(stack, "POST", "/api/stop", {"slot": "A"}, peer="127.0.0.2")[0] == 403
    with Page(stack.http, peer="127.0.0.2") as page:
        assert page.status == 403
    assert stack.slot("A")["running"], "the refused request was obeyed"
    assert len(complaints(stack, "127.0.0.2")) == 1, complaints(stack, "127.0.0.2")


def test_the_same_address_is_served_when_it_is_allowed(make_stack):
    stack = make_stack({"access": {"allow": ["127.0.0.1/32", "127.0.0.2/32"]}}).start()
    stack.wait_slot("A", running=True)
    assert ask(stack, "GET", "/api/devices", peer="127.0.0.2")[0] == 200
    with Page(stack.http, peer="127.0.0.2") as page:
        assert page.status == 101
    assert not complaints(stack, "127.0.0.2")


def test_without_a_token_only_the_page_itself_is_served(guarded):
    for path in ALL[:-1]:
        status, headers, text = ask(guarded, "GET", path)
        assert status == 401 and "Bearer" in headers["WWW-Authenticate"], f"{path}: {status}"
        assert not [word for word in PRIVATE if word in text]
    assert ask(guarded, "GET", "/")[0] == 200
    assert ask(guarded, "POST", "/api/stop", {"slot": "A"})[0] == 401
    with Page(guarded.http) as page:
        assert page.status == 401
    assert complaints(guarded, "127.0.0.1")


def test_a_token_for_reading_reads_and_changes_nothing(guarded):
    assert ask(guarded, "GET", "/api/devices", headers=bearer(BOB))[0] == 200
    assert ask(guarded, "GET", "/api/events", headers=bearer(BOB))[0] == 200
    monitor = {"slot": "A", "pattern": "", "timeout": 0.1}
    assert ask(guarded, "POST", "/api/serial/monitor", monitor, headers=bearer(BOB))[0] == 200
    for path, body in (("/api/stop", {"slot": "A"}), ("/api/slots/A/reset", {}), ("/api/slots/A/write", {"text": "x"}),
                       ("/api/slots", {"devnode": "/dev/ttyX"})):
        assert ask(guarded, "POST", path, body, headers=bearer(BOB))[0] == 403, path
    assert ask(guarded, "DELETE", "/api/slots/A", headers=bearer(BOB))[0] == 403


def test_a_token_for_operating_operates_and_the_journal_says_who_did_what(guarded, boards):
    status, _, text = ask(guarded, "POST", "/api/slots/A/write", {"text": "passw0rd"}, headers=bearer(ANN))
    assert status == 200, text
    boards["a"].hear(b"passw0rd")
    assert ask(guarded, "POST", "/api/slots/nowhere/reset", {}, headers=bearer(ANN))[0] == 404
    said = guarded.said("portald")
    assert "audit: 127.0.0.1 (ann): POST /api/slots/A/write: 200" in said
    assert "audit: 127.0.0.1 (ann): POST /api/slots/nowhere/reset: 404 " in said
    for secret in (ANN, BOB, "passw0rd"):
        assert secret not in said


def test_a_login_opens_the_websocket(guarded):
    assert ask(guarded, "POST", "/api/login", {"token": WRONG})[0] == 401
    status, headers, _ = ask(guarded, "POST", "/api/login", {"token": BOB})
    assert status == 200 and BOB not in str(headers)
    cookie = headers["Set-Cookie"].split(";")[0]
    with Page(guarded.http, headers={"Cookie": cookie}) as page:
        assert page.status == 101
        page.hear("begin")
    with Page(guarded.http, headers=bearer(BOB)) as page:
        assert page.status == 101
    assert ask(guarded, "POST", "/api/stop", {"slot": "A"}, headers={"Cookie": cookie})[0] == 403


def test_who_guesses_is_slowed_down_and_nobody_else(guarded):
    answers = [ask(guarded, "GET", "/api/info", headers=bearer(f"{WRONG}{n}"), peer="127.0.0.9")[0] for n in range(40)]
    assert answers[0] == 401 and 429 in answers
    assert ask(guarded, "GET", "/api/info", headers=bearer(ANN))[0] == 200
    wait_until(lambda: ask(guarded, "GET", "/api/info", headers=bearer(ANN), peer="127.0.0.9")[0] == 200,
               "the address to be forgiven")


def test_udev_on_this_machine_needs_no_token(guarded):
    assert ask(guarded, "POST", "/api/hotplug", {"action": "remove", "id_path": "usb-0:1.9:1.0"})[0] == 200


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o642])
def test_a_tokens_file_that_others_can_read_or_change_is_refused_at_start(make_stack, tokens_file, mode):
    tokens_file.chmod(mode)
    stack = make_stack({"access": {"tokens_file": str(tokens_file)}})
    for more in ([], ["--check-config"]):
        ended = subprocess.run([*stack.command("portald"), *more], capture_output=True, text=True, timeout=PATIENCE)
        assert ended.returncode == 78
        assert f"{tokens_file}: others can read or change it: chmod 640 {tokens_file}" in ended.stderr
        assert ANN not in ended.stderr


def certificate(folder, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "30", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                    "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt"], check=True, capture_output=True)
    (folder / f"{name}.key").chmod(0o640)
    return {"certificate": str(folder / f"{name}.crt"), "key": str(folder / f"{name}.key")}


def curl(*words):
    """(status, text); 0 where there was no answer."""
    asked = subprocess.run(["curl", "-s", "--noproxy", "*", "-m", "20", "-w", "\n%{http_code}", *words],
                           capture_output=True, text=True)
    text, status = asked.stdout.rsplit("\n", 1)
    return int(status), text


def wait_https(stack, files):
    url = f"https://127.0.0.1:{stack.http}"
    wait_until(lambda: '"slots_running":2' in curl("--cacert", files["certificate"], f"{url}/api/info")[1], "both slots")
    return url


def test_the_portal_speaks_tls_where_it_has_a_certificate(make_stack, folder):
    files = certificate(folder, "own")
    other = certificate(folder, "other")
    stack = make_stack({"portal": {"tls": files}}).start()
    url = wait_https(stack, files)
    assert curl("--cacert", other["certificate"], f"{url}/api/info")[0] == 0, "it passes for somebody else"
    assert curl(f"http://127.0.0.1:{stack.http}/api/info")[0] == 0, "it answers in the clear as well"
    assert curl("-k", "--tls-max", "1.1", f"{url}/api/info")[0] == 0, "it takes an old TLS"
    status, _ = curl("--cacert", files["certificate"], f"{url}/api/stop", "-d", '{"slot": "A"}',
                     "-H", "Content-Type: application/json", "-H", f"Origin: {url}")
    assert status == 200
    status, text = curl("--cacert", files["certificate"], f"{url}/api/slots/A/start", "-d", "{}", "-H", "Origin: https://evil.example")
    assert status == 403, text
    assert "audit: 127.0.0.1: POST /api/stop A: 200" in stack.said("portald")


def test_a_websocket_and_a_login_go_through_tls(make_stack, folder, tokens_file):
    files = certificate(folder, "own")
    stack = make_stack({"portal": {"tls": files}, "access": {"tokens_file": str(tokens_file)}}).start()
    trust = ssl.create_default_context(cafile=files["certificate"])
    connection = http.client.HTTPSConnection("127.0.0.1", stack.http, timeout=PATIENCE, context=trust)
    connection.request("POST", "/api/login", json.dumps({"token": BOB}))
    answer = connection.getresponse()
    assert answer.status == 200 and "; Secure" in answer.headers["Set-Cookie"]
    answer.read()
    connection.close()
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    with Page(stack.http, headers={"Cookie": cookie}, tls=trust) as page:
        assert page.status == 101
        page.hear("begin")
    with Page(stack.http, tls=trust) as page:
        assert page.status == 401


def test_a_stranger_gets_no_handshake(make_stack, folder):
    files = certificate(folder, "own")
    stack = make_stack({"portal": {"tls": files}, "access": {"allow": ["127.0.0.1/32"]}}).start()
    url = wait_https(stack, files)
    assert curl("-k", "--interface", "127.0.0.2", f"{url}/api/info")[0] == 0
    wait_until(lambda: complaints(stack, "127.0.0.2"), "the journal's line")


@pytest.mark.parametrize("wrong", ["certificate", "key"])
def test_a_wrong_certificate_or_key_is_named_at_start(make_stack, folder, wrong):
    own, other = certificate(folder, "own"), certificate(folder, "other")
    missing = str(folder / "missing.pem")
    for value, what in ((missing, "No such file"), (other[wrong], "belongs to"), ("", "PEM")):
        if not value:
            (folder / "text.pem").write_text("no PEM")
            (folder / "text.pem").chmod(0o640)
            value = str(folder / "text.pem")
        stack = make_stack({"portal": {"tls": {**own, wrong: value}}})
        for more in ([], ["--check-config"]):
            ended = subprocess.run([*stack.command("portald"), *more], capture_output=True, text=True, timeout=PATIENCE)
            assert ended.returncode == 78 and what in ended.stderr, ended.stderr
            assert own["key"] in ended.stderr or value in ended.stderr
