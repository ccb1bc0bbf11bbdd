#!/usr/bin/env python3
"""The four real daemons and boards, for tests in another language: one JSON request a line comes
in, {"call", "args"}; one answer a line goes out. Ends with its input.

usage: bench.py BUILD-FOLDER
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

if len(sys.argv) > 1:
    os.environ["RFC2217_BUILD"] = sys.argv[1]
sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / "integration")]

import rig  # noqa: E402
import serial  # noqa: E402

WEB = pathlib.Path(os.environ.get("RFC2217_WEB", rig.TOP / "services/portald/web"))


class PageStack(rig.Stack):
    """As rig's, with the page of the source tree and the packages of the build."""

    def command(self, name):
        words = super().command(name)
        if name == "portald":
            words[words.index("--web-dir") + 1] = str(self.folder / "web")
        return words


class Bench:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rfc2217-page-"))
        shutil.copytree(WEB, self.folder / "web")
        self.boards, self.sims, self.ports, self.adapters = {}, {}, {}, []
        self.stack = None

    def start(self, boards, sims, settings, xterm):
        """Slots for boards, which the test plays, and for simulated ones; all daemons up."""
        fetched = rig.BUILD / "services/portald/web/page/vendor"
        if xterm and fetched.is_dir():
            shutil.copytree(fetched, self.folder / "web/vendor")
        slots = [{"label": name, "devnode": str(self.folder / name.lower()), "tcp_port": rig.free_port(), **more}
                 for name, more in [*boards.items(), *sims.items()]]
        for name in boards:
            self.boards[name] = rig.Board(self.folder / name.lower())
        for name in sims:
            self.sim(name)
        settings = {"hotplug": {"devnodes": ["/dev/pts/*"]}, **settings}
        self.stack = PageStack(self.folder, {"slots": slots}, settings).start()
        for slot in slots:
            self.stack.wait_slot(slot["label"], running=True)
        return {"url": f"http://127.0.0.1:{self.stack.http}/", "ports": {s["label"]: s["tcp_port"] for s in slots},
                "xterm": (self.folder / "web/vendor/xterm.js").exists()}

    def sim(self, name):
        path = self.folder / name.lower()
        self.sims[name] = subprocess.Popen(
            [str(rig.BUILD / "tools/boardsim/boardsim"), "--name", name, "--tick", "1", str(path)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rig.wait_until(path.exists, f"the board {name}")

    def kill(self, daemon):
        self.stack.kill(daemon)

    def restart(self, daemon):
        self.stack.start(daemon)

    def ask_for_tokens(self, lines):
        """The portal again, with a tokens file."""
        file = self.folder / "tokens"
        file.write_text("\n".join(lines))
        file.chmod(0o640)
        settings = json.loads(self.stack.settings_file.read_text())
        self.stack.settings_file.write_text(json.dumps({**settings, "access": {"tokens_file": str(file)}}))
        self.stack.kill("portald")
        self.stack.start("portald")

    def say(self, board, data):
        self.boards[board].say(base64.b64decode(data))

    def heard(self, board):
        return base64.b64encode(self.boards[board].drain()).decode()

    def unplug(self, board):
        self.boards[board].vanish()

    def plug(self, board):
        self.boards[board].come_back()

    def adapter(self, place):
        """A USB adapter without a slot, as a container hears of it."""
        board = rig.Board(self.folder / f"adapter{len(self.adapters)}")
        self.adapters.append(board)
        told = self.stack.post("/api/hotplug", {"action": "add", "devnode": os.ttyname(board.tty), "id_path": place})
        assert told[0] == 200, told

    def connect(self, name, port):
        """A pyserial client; false when it is refused."""
        try:
            self.ports[name] = serial.serial_for_url(f"rfc2217://127.0.0.1:{port}", timeout=1)
        except (serial.SerialException, OSError):
            return False
        return True

    def send(self, name, text):
        """False when the connection has ended."""
        try:
            return self.ports[name].write(text.encode()) == len(text)
        except (serial.SerialException, OSError):
            return False

    def disconnect(self, name):
        self.ports.pop(name).close()

    def post(self, path, body):
        return self.stack.post(path, body)

    def get(self, path):
        return self.stack.get(path)

    def slot(self, label):
        return self.stack.slot(label)

    def slots_file(self):
        return json.loads(self.stack.slots_file.read_text())

    def said(self, daemon):
        return self.stack.said(daemon)

    def close(self):
        for port in self.ports.values():
            port.close()
        codes = self.stack.stop() if self.stack else {}
        for sim in self.sims.values():
            sim.terminate()
            sim.wait(60)
        for board in [*self.boards.values(), *self.adapters]:
            board.close()
        if set(codes.values()) <= {0}:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            print(f"kept: {self.folder}", file=sys.stderr)
        return codes


def main():
    bench = Bench()
    try:
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = {"value": getattr(bench, request["call"])(*request.get("args", []))}
            except Exception as error:  # told to the test, which fails then
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)
            if request["call"] == "close":
                return
    finally:
        if bench.stack and bench.stack.running:
            bench.close()


if __name__ == "__main__":
    main()
