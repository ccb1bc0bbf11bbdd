"""Who is measured: our four daemons, and others that do less, each as it is found on this machine."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from measure import processes

TOP = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 60
# Without a hexdump its trace has times of connections only.
TIMED = {"trace-hexdump": "true", "trace-timestamp": "true"}
TUNED = {"chardelay": "false", "dev-to-net-bufsize": 16384, "net-to-dev-bufsize": 16384}


def load_rig(build):
    """tests/integration/rig.py, for the daemons of a build."""
    os.environ["RFC2217_BUILD"] = str(build)
    sys.path.insert(0, str(TOP / "tests/integration"))
    import rig
    return rig


class Server:
    """A server of one board or more, each on a port of its own, in a folder of its own."""
    telnet = True
    keeps_log = False

    def __init__(self, name, ports_of):
        self.name = name
        self.free_port = ports_of.free_port
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rfc2217-bench-"))
        self.running = []

    def start(self, boards):
        self.ports = [self.free_port() for _ in boards]
        for command in self.commands(boards):
            with open(self.folder / "out", "ab") as out:
                self.running.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out))
        for port in self.ports:
            self.wait_listening(port)
        return self

    def wait_listening(self, port, look_every=0.01):
        deadline = time.monotonic() + PATIENCE
        while not processes.listens(port):
            if time.monotonic() > deadline or any(one.poll() is not None for one in self.running):
                raise RuntimeError(f"{self.name} does not listen: {(self.folder / 'out').read_text(errors='replace')}")
            time.sleep(look_every)

    def pids(self):
        return [pid for one in self.running for pid in processes.tree(one.pid)]

    def log(self):
        """All that it has logged of the board's output; None: it keeps none."""
        return None

    def stop(self):
        for one in self.running:
            one.terminate()
        for one in self.running:
            try:
                one.wait(10)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
        self.running = []
        shutil.rmtree(self.folder, ignore_errors=True)


class Ser2net(Server):
    def __init__(self, name, ports_of, options, trace=None):
        super().__init__(name, ports_of)
        self.options, self.trace = options, trace

    def commands(self, boards):
        lines = ["%YAML 1.1", "---"]
        for number, (board, port) in enumerate(zip(boards, self.ports)):
            options = dict(self.options)
            if self.trace is not None:
                options |= {"trace-read": self.folder / f"{number}.trace"} | self.trace
            lines += [f"connection: &b{number}", f"  accepter: telnet(rfc2217),tcp,127.0.0.1,{port}",
                      f"  connector: serialdev,{os.path.realpath(board.path)},115200n81,local"]
            lines += ["  options:"] + [f"    {key}: {value}" for key, value in options.items()] if options else []
        config = self.folder / "ser2net.yaml"
        config.write_text("\n".join(lines) + "\n")
        return [["ser2net", "-n", "-u", "-c", str(config)]]


class Script(Server):
    """One process a board."""

    def __init__(self, name, ports_of, command, telnet=True):
        super().__init__(name, ports_of)
        self.command, self.telnet = command, telnet

    def commands(self, boards):
        return [[word.format(port=port, tty=os.path.realpath(board.path)) for word in self.command]
                for board, port in zip(boards, self.ports)]


class Ours(Server):
    """All four daemons, or without the two that log and show."""

    def __init__(self, name, rig, daemons=()):
        super().__init__(name, rig)
        self.rig, self.daemons = rig, daemons
        self.keeps_log = not daemons

    def start(self, boards):
        self.ports = [self.free_port() for _ in boards]
        slots = [{"label": f"B{number:02}", "devnode": str(board.path), "tcp_port": port}
                 for number, (board, port) in enumerate(zip(boards, self.ports))]
        self.stack = self.rig.Stack(self.folder, {"slots": slots})
        began = time.monotonic()
        self.stack.start(*self.daemons)
        self.ready_after = time.monotonic() - began
        self.running = list(self.stack.running.values())
        for port in self.ports:
            self.wait_listening(port)
        return self

    def rings(self):
        return self.folder / "run"

    def log(self):
        if not self.keeps_log:
            return None
        return b"".join(path.read_bytes() for path in sorted((self.folder / "log").glob("*.log")))


def found(rig, pyserial=None, old_proxy=None):
    """{name: how to make one} of all that are here."""
    servers = {"rfc2217": lambda: Ours("rfc2217", rig),
               "rfc2217, no log, no portal": lambda: Ours("rfc2217, no log, no portal", rig, ("hotplugd", "bridged"))}
    if shutil.which("ser2net"):
        servers |= {"ser2net, tuned": lambda: Ser2net("ser2net, tuned", rig, TUNED),
                    "ser2net": lambda: Ser2net("ser2net", rig, {}),
                    "ser2net, traced": lambda: Ser2net("ser2net, traced", rig, TUNED, trace={}),
                    "ser2net, timed trace": lambda: Ser2net("ser2net, timed trace", rig, TUNED, trace=TIMED)}
    if shutil.which("socat"):
        servers["socat, raw"] = lambda: Script("socat, raw", rig, [
            "socat", "-b16384", "TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork", "OPEN:{tty},raw,echo=0"], telnet=False)
    for name, script in (("pyserial's example", pyserial), ("old proxy", old_proxy)):
        if script:
            servers[name] = lambda n=name, s=script: Script(n, rig, ["/usr/bin/python3", s, "-p", "{port}", "{tty}"])
    return servers
