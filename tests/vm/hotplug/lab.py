"""The installed system in a VM, with boards to plug: what the cases are written with."""
import json
import pathlib
import subprocess
import time

from emulated.guest_shell import GuestError

from .agreement import by_key, faults, key

HERE = pathlib.Path(__file__).resolve().parent.parent
UNITS = ("hotplug", "bridge", "logger", "portal")
SERIAL = "0001"  # of all boards, as bought
HUB = "H"
SLOTS_FILE = "/etc/rfc2217/slots.json"
HOME = {"A": "1.2", "B": "1.3"}


class Failed(Exception):
    """A case's claim does not hold."""


def expect(holds, text):
    if not holds:
        raise Failed(text)


def until(what, look, timeout=90):
    """Looks until it is so; what it is then. LOOK says how it is, and whether that will do: (holds, seen)."""
    deadline = time.monotonic() + timeout
    while True:
        holds, seen = look()
        if holds:
            return seen
        expect(time.monotonic() < deadline, f"not within {timeout} s: {what}; it is: {json.dumps(seen)[:1500]}")
        time.sleep(0.3)


class Lab:
    def __init__(self, machine):
        self.machine = machine
        self.plugged = {}  # name -> USB port
        self.shell = machine.shell()
        self.eye = None

    def connect(self):
        """After each boot."""
        self.shell = self.machine.shell()
        self.eye = self.shell.program("python3 /root/views.py")

    def disconnect(self):
        self.eye.close()

    def install(self, tarball):
        """As a user would."""
        self.shell.push(tarball, *sorted((HERE / "guest").glob("*.py")), to="/root/")
        self.shell.run("tar -C / --no-same-owner -xzf /root/rfc2217.tar.gz && systemd-sysusers &&"
                       " systemd-tmpfiles --create && systemctl daemon-reload && udevadm control --reload")
        self.shell.run("timeout 200 systemctl enable --now rfc2217.target", timeout=300)
        self.connect()

    # Boards

    def plug(self, name, usb_port):
        self.machine.plug(name, usb_port, SERIAL)
        self.plugged[name] = usb_port

    def unplug(self, name):
        self.machine.unplug(name)
        gone = self.plugged.pop(name)
        for other, port in list(self.plugged.items()):
            if port.startswith(gone + "."):
                del self.plugged[other]

    def plug_hub(self, usb_port):
        self.machine.hub(HUB, usb_port)
        self.plugged[HUB] = usb_port

    def board_ports(self):
        return [port for name, port in self.plugged.items() if name != HUB]

    # What is seen

    def views(self):
        return self.eye.ask("views")

    def slot(self, usb_port):
        """bridged's, or an empty one."""
        slots = by_key(self.views()["slots"] or [])
        return slots.get(key(usb_port), {"state": "none", "reason": ""})

    def settled(self, timeout=90):
        """Waits until all agree on what is plugged in; what they say then."""
        def look():
            views = self.views()
            wrong = list(faults(views, self.board_ports()))
            return not wrong, wrong or views
        return until("all agree", look, timeout)

    def until_state(self, usb_port, *states, timeout=90):
        def look():
            slot = self.slot(usb_port)
            return slot["state"] in states, slot
        return until(f"the slot at {usb_port} is {' or '.join(states)}", look, timeout)

    def until_says(self, command, text, timeout=60):
        """Waits until a command in the guest succeeds and prints this."""
        def look():
            done = self.shell.try_run(command)
            return done.returncode == 0 and text in done.stdout, done.stdout[-1000:]
        return until(f"{command}: {text}", look, timeout)

    def show(self, unit, member):
        return int(self.shell.run(f"systemctl show -P {member} rfc2217-{unit}"))

    def restarts(self):
        return {unit: self.show(unit, "NRestarts") for unit in UNITS}

    # What is done

    def client(self, tcp_port):
        """A connected pyserial in the guest; see guest/client.py."""
        program = self.shell.program(f"python3 /root/client.py rfc2217://127.0.0.1:{tcp_port} 2>&1")
        try:
            expect(program.answer(60) == "connected", f"no connection to {tcp_port}")
        except (GuestError, ValueError) as error:
            program.close()
            raise Failed(f"no connection to {tcp_port}: {error}") from None
        return program

    def board_behind(self, tcp_port):
        """The name of the board that answers there."""
        with self.client(tcp_port) as client:
            said = client.ask("say who is there")
        expect(said, f"nothing answers at {tcp_port}")
        return said.split(":")[0]

    def post(self, path, **body):
        return self.eye.ask(f"post {path} {json.dumps(body)}")

    def slots_file(self):
        return self.shell.run(f"cat {SLOTS_FILE}")

    def recover(self, slots_file):
        """After a case that failed somewhere in its middle: the daemons run, with these slots."""
        for name in list(self.plugged):
            if name in self.plugged:
                self.unplug(name)
        self.shell.run("systemctl stop rfc2217-bridge")
        self.shell.run(f"cat >/root/slots.json <<'END_OF_FILE'\n{slots_file}END_OF_FILE\n"
                       f"install -m 644 -o rfc2217-bridge -g rfc2217-bridge /root/slots.json {SLOTS_FILE}")
        self.shell.run("timeout 200 systemctl start rfc2217.target rfc2217-bridge", timeout=300)
        self.eye.close()
        self.eye = self.shell.program("python3 /root/views.py")

    def two_boards(self):
        """What most cases begin with: A at 1.2 has 4001, B at 1.3 has 4002, and all is well; the views."""
        for name in sorted(self.plugged, key=lambda name: name == HUB):
            if HOME.get(name) != self.plugged[name]:
                self.unplug(name)
        for name, port in HOME.items():
            if name not in self.plugged:
                self.plug(name, port)
            slot = self.until_state(port, "idle", "in_use", "error", "flapping", "stopped")
            if slot["state"] not in ("idle", "in_use"):
                self.post("/api/start", slot=slot["slot"])
        views = self.settled()
        expect([by_key(views["slots"])[key(port)]["tcp_port"] for port in ("1.2", "1.3")] == [4001, 4002],
               "1.2 and 1.3 are not 4001 and 4002")
        return views

    # The kernel's word

    def watch(self):
        """Starts timeline.py; once a boot."""
        self.shell.run("systemctl is-active -q timeline || systemd-run -q --unit=timeline --collect"
                       " -p StandardOutput=truncate:/root/timeline python3 /root/timeline.py")
        self.until_says("cat /root/timeline", "listening")

    def until_listening(self, *tcp_ports):
        """Waits for the last line about it, with as little work for the guest as can be."""
        last = f'"listening": [{", ".join(map(str, tcp_ports))}]'
        self.shell.run(f"""timeout 60 sh -c 'until grep listening /root/timeline | tail -n 1 | grep -qF "$1"; do"""
                       f""" sleep 0.5; done' - '{last}'""")

    def timeline(self):
        return [json.loads(line) for line in self.shell.run("cat /root/timeline").split("\n") if line.startswith("{")
                and line.endswith("}")]


def pack(build, folder):
    """What `cmake --install` gives, as an archive."""
    tree = pathlib.Path(folder) / "tree"
    archive = pathlib.Path(folder) / "rfc2217.tar.gz"
    for command in (["env", f"DESTDIR={tree}", "cmake", "--install", str(build), "--prefix", "/usr", "--strip"],
                    ["tar", "-C", str(tree), "-czf", str(archive), "."]):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout[-1000:]}")
    return archive
