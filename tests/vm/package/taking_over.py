"""Cases: the Python portal was there first."""
import json

from hotplug.agreement import key
from hotplug.lab import expect

UNIT = "/etc/systemd/system/rfc2217-portal.service"
RULES = "/etc/udev/rules.d/99-rfc2217-hotplug.rules", "/etc/udev/rules.d/99-rfc2217.rules"
LEARN_SLOTS = "/usr/local/bin/rfc2217-learn-slots"
SLOTS = {"slots": [{"label": "PRINTER", "slot_key": key("1.2"), "tcp_port": 4007, "gdb_port": 3333}]}
LOGS = "/var/log/serial"
KEPT = "/var/log/serial.before-rfc2217"
OLD_LOG = f"{LOGS}/FT232R_$(date -d yesterday +%F).log"
TOO_OLD = "FT232R_2025-01-01.log"  # for log.keep_days
TOO_OLD_LINE = "[2025-01-01 00:00:00.000] [RX] older than log.keep_days"


def stage_python_portal(bench):
    """What is in the way of ours; it holds port 8080."""
    bench.stage("/usr/local/bin/rfc2217-portal", "import http.server\n"
                "http.server.HTTPServer(('', 8080), http.server.BaseHTTPRequestHandler).serve_forever()\n")
    bench.stage(UNIT, "[Service]\nExecStart=/usr/bin/python3 /usr/local/bin/rfc2217-portal\nRestart=on-failure\n"
                "[Install]\nWantedBy=multi-user.target\n")
    for rules in RULES:
        bench.stage(rules, 'SUBSYSTEM=="tty", RUN+="/usr/local/bin/rfc2217-udev-notify.sh"\n')
    bench.stage(LEARN_SLOTS, "#!/usr/bin/env python3\n", "755")
    bench.stage("/etc/rfc2217/slots.json", json.dumps(SLOTS) + "\n")
    bench.shell.run(f"echo '[2026-01-01 00:00:00.000] [RX] of the old one' >{OLD_LOG}")
    bench.shell.run(f"echo '{TOO_OLD_LINE}' >{LOGS}/{TOO_OLD} && chmod 640 {LOGS}/{TOO_OLD}")
    bench.shell.run("systemctl daemon-reload && systemctl -q enable --now rfc2217-portal")
    bench.until_says("ss -Hltnp sport = :8080", "python3")


def too_old_is_kept(bench):
    """In one folder or the other."""
    bench.shell.run(f"grep -qsxF '{TOO_OLD_LINE}' {LOGS}/{TOO_OLD} {KEPT}/{TOO_OLD}")


def taken_over(bench):
    """The Python portal is stopped, disabled and set aside, told so, its slots, port and logs are used, and no log is lost"""
    bench.disconnect()
    bench.apt("purge", "rfc2217")
    stage_python_portal(bench)
    said = bench.install()
    for path in (UNIT, *RULES, LEARN_SLOTS):
        expect(f"{path} of the Python portal is now {path}.python" in said, f"nothing said of {path}: {said[-2000:]}")
    expect("The Python portal is stopped".lower() in said.lower(), f"it does not say it: {said[-2000:]}")
    expect(f"kept in {KEPT}" in said, f"it does not say where the logs are kept: {said[-2000:]}")
    too_old_is_kept(bench)
    expect(b"<html" in bench.page(), "the page is not ours")
    links = bench.shell.run("find /etc/systemd -name rfc2217-portal.service").split()
    expect(links == ["/etc/systemd/system/rfc2217.target.wants/rfc2217-portal.service"], f"the unit is at {links}")
    owner = bench.shell.run(f"stat -c %U {OLD_LOG}*").strip()  # compressed by now, or not yet
    expect(owner == "rfc2217-logger", f"the old log is {owner}'s")
    bench.connect()
    bench.until_state("1.2", "idle")
    bench.echo(4007, "after the Python portal")
    bench.until_says(f"test ! -e {LOGS}/{TOO_OLD} && echo deleted", "deleted")
    too_old_is_kept(bench)
    found = bench.shell.run(f"stat -c '%G %a' {KEPT} {KEPT}/{TOO_OLD}").splitlines()
    expect(found == ["adm 2750", "adm 640"], f"{KEPT} and what is in it are {found}")


def wrong_slots(bench):
    """A slots.json that is refused is named by the install, which succeeds; corrected, it serves"""
    bench.stage("/etc/rfc2217/slots.json", json.dumps(SLOTS).replace("4007", "80") + "\n")
    said = bench.apt("install", "--reinstall", "/root/rfc2217.deb")
    expect(KEPT not in said, f"logs are kept once more: {said[-2000:]}")
    expect("80 is outside 1024-65535" in said and "rfc2217-bridge" in said, f"it does not say what is wrong: {said[-2000:]}")
    bench.stage("/etc/rfc2217/slots.json", json.dumps(SLOTS) + "\n")
    bench.shell.run("systemctl restart rfc2217-bridge")
    bench.all_active()
    bench.settled()


def left_alone(bench):
    """What is purged at last is the package; what the Python portal had is left to its owner, its logs included"""
    bench.disconnect()
    said = bench.apt("purge", "rfc2217")
    expect(f"the logs in {KEPT} are kept" in said, f"it does not say that logs are kept: {said[-1000:]}")
    owners = set(bench.shell.run(f"find {KEPT} -printf '%u:%g\\n'").split())
    expect(owners == {"root:adm"}, f"the logs are {owners}")
    too_old_is_kept(bench)
    for path in (UNIT, *RULES, LEARN_SLOTS):
        bench.shell.run(f"test -f {path}.python")


CASES = [taken_over, wrong_slots, left_alone]
