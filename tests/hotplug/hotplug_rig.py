"""hotplugd in a testbed: what it says on the bus and in its log."""
import json
import re
import signal
import subprocess
import time

import zmq

from boards import described
from rig import BUILD, PATIENCE, wait_until

STORY = re.compile(r"\[(\S+)\] (added|removed) (\S+)")
MARKER = described("cp2102", port="9.9", first=99)  # for Hotplugd.caught_up


class Hotplugd:
    def __init__(self, folder, bed, settings=None):
        self.folder, self.bed = folder, bed
        self.runtime = folder / "run"
        self.runtime.mkdir(exist_ok=True)
        (folder / "slots.json").write_text("{}")
        (folder / "settings.json").write_text(json.dumps(settings or {}))
        self.context = zmq.Context()
        self.process = None

    def command(self):
        words = [BUILD / "services/hotplugd/hotplugd", "--slots", self.folder / "slots.json", "--settings",
                 self.folder / "settings.json", "--runtime-dir", self.runtime, "--state-dir", self.folder / "state"]
        return [str(word) for word in words]

    def launch(self):
        """Starts it and does not wait."""
        self.log_begins = len(self._log())
        with open(self.folder / "hotplugd.out", "ab") as out:
            self.process = subprocess.Popen(self.bed.around(self.command()), stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=out)
        return self

    def ready(self):
        wait_until(lambda: " ready\n" in self.said() or self.process.poll() is not None, "hotplugd to be ready")
        assert self.process.poll() is None, self.said()
        return self

    def start(self):
        return self.launch().ready()

    def kill(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        self.process = None
        return code

    def close(self):
        self.context.destroy(linger=0)
        if self.process:
            code = self.kill()
            assert code == 0, f"hotplugd ended with {code}: {self.said()[-4000:]}"

    def _log(self):
        out = self.folder / "hotplugd.out"
        return out.read_bytes().decode(errors="replace") if out.exists() else ""

    def said(self):
        """Since it was started last."""
        return self._log()[self.log_begins:]

    def story(self):
        """What it announced, from its log: [(slot_key, "added" or "removed", devnode)]"""
        return [m for m in STORY.findall(self.said()) if m[0] != MARKER.keys[0]]

    def snapshot(self):
        with self.context.socket(zmq.DEALER) as rpc:
            rpc.linger = 0
            rpc.connect(f"ipc://{self.runtime}/hotplugd.rpc")
            rpc.send_multipart([b"", json.dumps({"v": 1, "id": "1", "verb": "snapshot", "args": {}}).encode()])
            assert rpc.poll(PATIENCE * 1000), "no snapshot"
            return json.loads(rpc.recv_multipart()[1])["ok"]

    def devices(self):
        """{slot_key: device}"""
        return {d["slot_key"]: d for d in self.snapshot()["devices"]}

    def listed(self):
        """{slot_key: devnode}"""
        return {key: device["devnode"] for key, device in self.devices().items()}

    def caught_up(self):
        """Waits until it has dealt with every event that was sent before: they come in order."""
        marker = MARKER.keys[0]
        for action, is_there in (("add", True), ("remove", False)):
            self.bed.now += 1
            self.bed.tell(MARKER, action)
            wait_until(lambda e=is_there: (marker in self.devices()) == e, f"the marker's {action} to be dealt with")
        return self

    def diary(self):
        return Diary(self)


class Diary:
    """What comes over the bus from now on."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.socket = daemon.context.socket(zmq.SUB)
        self.socket.linger = 0
        self.socket.rcvhwm = 0
        self.socket.subscribe("")
        self.socket.connect(f"ipc://{daemon.runtime}/hotplugd.pub")
        self._until(lambda topic, body: topic == "heartbeat/")  # so it is heard
        self.before = daemon.snapshot()

    def _until(self, is_last):
        heard, deadline = [], time.monotonic() + PATIENCE
        while not heard or not is_last(*heard[-1][:2]):
            assert self.socket.poll(max(1, 1000 * (deadline - time.monotonic()))), "the bus is silent"
            topic, header, body = self.socket.recv_multipart()
            heard.append((topic.decode(), json.loads(body), json.loads(header)))
        return heard

    def events_until(self, seq):
        """[(topic, device, header)] up to and including the event of that number."""
        heard = self._until(lambda topic, body: topic.startswith("device.") and body["seq"] >= seq)
        return [h for h in heard if h[0].startswith("device.") and h[1]["seq"] > self.before["seq"]]
