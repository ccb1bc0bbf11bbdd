"""`rfc2217ctl import`: Debian's own ser2net.yaml, and what bridged says of the result."""
import json
import subprocess

from rig import BUILD
from tools import CTL, run

# As Debian's ser2net 4.3.11 installs it, but for comments; a second connection of a tty is another of its speeds.
YAML = r"""%YAML 1.1
---
define: &banner \r\nser2net port \p device \d [\B] (Debian GNU/Linux)\r\n\r\n
""" + "".join(f"""
connection: &con{tty}{speed // 100:03}
    accepter: tcp,localhost,{port}
    enable: on
    options:
      banner: *banner
      kickolduser: true
      telnet-brk-on-sync: true
    connector: serialdev,
              /dev/ttyS{tty},
              {speed}n81,local
""" for tty, speed, port in ((0, 9600, 2000), (1, 9600, 2001), (0, 19200, 3000), (1, 19200, 3001)))


def test_debians_ser2net_yaml_becomes_a_slots_json_that_bridged_takes(folder):
    source, made = folder / "ser2net.yaml", folder / "slots.json"
    source.write_text(YAML)
    said = run(CTL, "import", source, "--output", made)
    assert said.returncode == 1, "two connections were left out"
    assert said.stderr.endswith("2 slots, 2 connections left out\n")
    assert "/dev/ttyS1 or port 3001 has a slot already; left out" in said.stderr
    slots = json.loads(made.read_text())["slots"]
    assert [(slot["label"], slot["devnode"], slot["tcp_port"], slot["baud"]) for slot in slots] == [
        ("con0096", "/dev/ttyS0", 2000, 9600), ("con1096", "/dev/ttyS1", 2001, 9600)]
    checked = subprocess.run([BUILD / "services/bridged/bridged", "--slots", made, "--check-config"], capture_output=True, text=True)
    assert checked.returncode == 0, checked
    again = run(CTL, "import", source, "--output", made)
    assert again.returncode == 2 and "there already" in again.stderr


def test_what_is_no_yaml_names_its_place_and_makes_nothing(folder):
    source, made = folder / "ser2net.yaml", folder / "slots.json"
    source.write_text("connection:\n  accepter: [\n")
    said = run(CTL, "import", source, "--output", made)
    assert (said.returncode, said.stdout) == (1, "")
    assert "ser2net.yaml:3:1: " in said.stderr
    assert not made.exists()
    assert run(CTL, "import", folder / "nothing").returncode == 2


def test_json_tells_what_was_left_out(folder):
    source = folder / "ser2net.yaml"
    source.write_text("connection:\n  accepter: udp,2000\n  connector: serialdev,/dev/ttyS0\n")
    said = run(CTL, "--json", "import", source)
    assert json.loads(said.stdout) == {"slots": []}
    told = json.loads(said.stderr)
    assert (told["slots"], told["left_out"]) == (0, 1) and "udp,2000" in told["notes"][0]
