"""`rfc2217ctl cert`: what it makes is what the portal takes, and what a client that trusts it accepts."""
import json
import socket
import ssl
import stat
import urllib.request

import pytest

from rig import wait_until
from tools import CTL, run


@pytest.fixture
def make(folder):
    certificate, key = folder / "tls.crt", folder / "tls.key"

    def cert(*words):
        return run(CTL, "cert", "--certificate", certificate, "--key", key, *words)

    cert.certificate, cert.key = certificate, key
    return cert


def test_the_portal_serves_it_and_who_trusts_it_needs_no_exception(make, make_stack):
    made = make("--json", "bench-pi.example")
    assert made.returncode == 0, made
    said = json.loads(made.stdout)
    assert said["names"][:2] == ["bench-pi.example", socket.gethostname()]
    assert {"localhost", "127.0.0.1", "::1"} <= set(said["names"])
    assert stat.S_IMODE(make.key.stat().st_mode) == 0o640
    stack = make_stack({"portal": {"tls": {"certificate": str(make.certificate), "key": str(make.key)}}}).start()
    trust = ssl.create_default_context(cafile=make.certificate)
    for host in ("127.0.0.1", "localhost"):
        def slots():
            with urllib.request.urlopen(f"https://{host}:{stack.http}/api/info", timeout=60, context=trust) as answer:
                return json.load(answer)["slots_configured"]
        wait_until(lambda: slots() == 2, f"the slots, by https://{host}")
    with socket.create_connection(("127.0.0.1", stack.http)) as plain, \
            trust.wrap_socket(plain, server_hostname="bench-pi.example") as tls:
        shown = ssl.DER_cert_to_PEM_cert(tls.getpeercert(binary_form=True))
    assert shown == make.certificate.read_text()
    there = ("--host", f"https://localhost:{stack.http}", "--cacert", make.certificate)
    assert run(CTL, *there, "ls").returncode == 0


def test_what_is_there_is_replaced_only_by_force(make):
    assert make().returncode == 0
    before = make.certificate.read_text(), make.key.read_text()
    refused = make()
    assert refused.returncode == 2 and str(make.certificate) in refused.stderr
    assert (make.certificate.read_text(), make.key.read_text()) == before
    make.key.chmod(0o644)
    assert make("--force").returncode == 0
    assert make.key.read_text() != before[1] and stat.S_IMODE(make.key.stat().st_mode) == 0o640


def test_one_file_is_not_for_both(folder):
    refused = run(CTL, "cert", "--certificate", folder / "both", "--key", folder / "." / "both")
    assert refused.returncode == 2 and "one file" in refused.stderr
    assert not (folder / "both").exists()


def test_the_old_pair_stays_until_the_new_one_is_whole(make, folder):
    assert make().returncode == 0
    before = make.certificate.read_text(), make.key.read_text()
    for nowhere in (("--certificate", folder / "nowhere/tls.crt"), ("--key", folder / "nowhere/tls.key")):
        paths = {"--certificate": make.certificate, "--key": make.key, nowhere[0]: nowhere[1]}
        failed = run(CTL, "cert", "--force", *(word for pair in paths.items() for word in pair))
        assert failed.returncode == 1 and "nowhere" in failed.stderr
        assert (make.certificate.read_text(), make.key.read_text()) == before
        assert sorted(file.name for file in folder.glob("tls.*")) == ["tls.crt", "tls.key"]


def test_a_host_name_may_have_an_underscore(make):
    assert json.loads(make("--json", "my_pi").stdout)["names"][0] == "my_pi"


def test_the_person_is_told_what_to_do_with_it(make):
    said = make().stdout
    settings = next(line for line in said.splitlines() if line.startswith("Into "))
    assert json.loads(settings.partition(": ")[2])["portal"]["tls"]["key"] == str(make.key)
    assert "systemctl restart rfc2217-portal" in said


@pytest.mark.parametrize("name", ["a,IP:10.0.0.1", "pi example"])
def test_a_name_that_is_none_makes_nothing(make, name):
    refused = make(name)
    assert refused.returncode == 1 and f'"{name}"' in refused.stderr
    assert not make.certificate.exists() and not make.key.exists()
