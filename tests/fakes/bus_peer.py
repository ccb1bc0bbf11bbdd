"""hotplugd, bridged and loggerd as far as portald can tell: they speak the bus (docs/bus.md),
keep slots in memory and do what is asked. For tests of the portal and its page alone."""

import datetime
import json
import queue
import secrets
import threading
import time

import zmq


def now(after_s=0):
    time_then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=after_s)
    return time_then.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def device(devnode, slot_key, **more):
    return {"slot_key": slot_key, "devnode": devnode, "vid": "10c4", "pid": "ea60", "serial": "0001",
            "product": "CP2102 USB to UART Bridge Controller", "manufacturer": "Silicon Labs",
            "driver": "cp210x", "interface": "00", "seq": 1, "time": now(), **more}


def slot(label, port, **more):
    """An empty slot; `more` as in slot.changed."""
    return {"slot": label.replace(" ", "-"), "label": label,
            "slot_key": f"platform-usb-0:1.{port - 4000}:1.0", "tcp_port": port, "state": "empty",
            "reason": "", "next_try": None, "present": False, "running": False, "device": None,
            "devnode": None, "profile": "esp-bridge",
            "settings": {"baud": 115200, "data_bits": 8, "parity": "N", "stop_bits": "1", "flow": "none"},
            "lines": {"dtr": False, "rts": False, "cts": True, "dsr": True, "ri": False, "dcd": False},
            "client": None, "observers": 0, "pid": 812, "seq": 0, "last_action": None,
            "last_event_ts": None, "last_error": None, **more}


def with_board(state, devnode, **more):
    """What a slot with a board in it has besides; its device's slot_key is filled in by put_slot."""
    return {"state": state, "present": True, "running": state in ("idle", "in_use", "away"),
            "devnode": devnode, "device": device(devnode, ""), "seq": 1, "last_action": "add",
            "last_event_ts": now(), **more}


class Daemon(threading.Thread):
    """One daemon's two sockets, on a thread of their own."""

    def __init__(self, name, runtime_dir):
        super().__init__(daemon=True)
        self.name, self.runtime_dir = name, str(runtime_dir)
        self.epoch, self.seq = secrets.token_hex(8), 0
        self.streams, self.counters = {}, {}
        self.asked = []  # (verb, args), in order
        self._jobs, self._ended = queue.Queue(), threading.Event()
        self._bound = threading.Event()

    def start(self):
        super().start()
        assert self._bound.wait(10)
        return self

    def stop(self):
        self._ended.set()
        self.join(10)

    def do(self, job):
        """Runs `job` on the daemon's thread and waits for it."""
        done = threading.Event()
        self._jobs.put((job, done))
        assert done.wait(10), "the fake daemon hangs"

    def run(self):
        context = zmq.Context()
        self.pub, self.rpc = context.socket(zmq.PUB), context.socket(zmq.ROUTER)
        for socket, kind in ((self.pub, "pub"), (self.rpc, "rpc")):
            socket.linger = 0
            socket.bind(f"ipc://{self.runtime_dir}/{self.name}.{kind}")
        self._bound.set()
        beat_at = 0
        while not self._ended.is_set():
            if self.rpc.poll(20):
                self._answer(*self.rpc.recv_multipart()[:3])
            while not self._jobs.empty():
                job, done = self._jobs.get()
                job()
                done.set()
            if time.monotonic() >= beat_at:
                self._beat()
                beat_at = time.monotonic() + 1
        context.destroy(linger=0)

    def emit(self, topic, body, stream="state"):
        if stream == "state":
            self.seq += 1
            stamp = {"epoch": self.epoch, "seq": self.seq}
        else:
            stamp = self.streams.setdefault(stream, {"epoch": self.epoch, "seq": 0})
            stamp["seq"] += 1
        self._send(topic, stamp, body)

    def _beat(self):
        streams = {"state": {"epoch": self.epoch, "seq": self.seq}, **self.streams}
        self._send("heartbeat/", {"epoch": self.epoch, "seq": 0},
                   {"streams": streams, "counters": self.counters})

    def _send(self, topic, stamp, body):
        header = {"v": 1, "src": self.name, **stamp, "time": now(),
                  "mono_us": time.monotonic_ns() // 1000}
        self.pub.send_multipart([topic.encode(), json.dumps(header).encode(), json.dumps(body).encode()])

    def _answer(self, peer, empty, text):
        request = json.loads(text)
        verb, args = request["verb"], request["args"]
        if verb not in ("ping", "snapshot", "version"):
            self.asked.append((verb, args))
        result = {} if verb in ("ping", "version") else self.handle(verb, args)
        key = "error" if "code" in result else "ok"
        self.rpc.send_multipart(
            [peer, empty, json.dumps({"v": 1, "id": request["id"], key: result}).encode()])

    def handle(self, verb, args):
        return {"epoch": self.epoch, "seq": self.seq, "slots": []}


class Bridged(Daemon):
    def __init__(self, runtime_dir, slots=()):
        super().__init__("bridged", runtime_dir)
        self.slots = {}
        for one in slots:
            self._keep(one)

    def _keep(self, one):
        if one["device"]:
            one["device"]["slot_key"] = one["slot_key"]
        self.slots[one["slot"]] = one

    def _put(self, one):
        self._keep(one)
        self.emit(f"slot.changed/{one['slot']}/", one)

    def put_slot(self, one):
        self.do(lambda: self._put(one))

    def remove_slot(self, name):
        def remove():
            del self.slots[name]
            self.emit(f"slot.removed/{name}/", {"slot": name})
        self.do(remove)

    def set_counters(self, **slots):
        self.do(lambda: (self.counters.update(slots=slots), self._beat()))

    def handle(self, verb, args):
        if verb == "snapshot":
            return {"epoch": self.epoch, "seq": self.seq, "slots": list(self.slots.values())}
        one = self.slots.get(args.get("slot"))
        if not one:
            return {"code": "not_found", "message": f"no slot {args.get('slot')}", "detail": {}}
        if verb == "slot.stop":
            one = {**one, "state": "stopped", "running": False, "client": None}
        elif one["present"]:
            one = {**one, "state": "idle", "running": True}
        self._put(one)
        return one


class Hotplugd(Daemon):
    def __init__(self, runtime_dir, devices=()):
        super().__init__("hotplugd", runtime_dir)
        self.devices = {one["slot_key"]: one for one in devices}

    def add(self, one):
        def added():
            self.devices[one["slot_key"]] = one
            self.emit("device.added/", one)
        self.do(added)

    def remove(self, slot_key):
        self.do(lambda: self.emit("device.removed/", self.devices.pop(slot_key)))

    def handle(self, verb, args):
        if verb == "snapshot":
            return {"epoch": self.epoch, "seq": self.seq, "devices": list(self.devices.values())}
        return {"slot_key": args["slot_key"], "seq": self.seq + 1, "accepted": True}


class Loggerd(Daemon):
    def __init__(self, runtime_dir):
        super().__init__("loggerd", runtime_dir)

    def say(self, name, text, direction="RX"):
        body = {"direction": direction, "text": text, "serial_seq": 1, "serial_epoch": self.epoch}
        self.do(lambda: self.emit(f"log.line/{name}/", body, f"log/{name}"))
