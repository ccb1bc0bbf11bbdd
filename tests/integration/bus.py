"""A caller and listener on a daemon's bus (docs/bus.md)."""
import json
import secrets
import time

import zmq

from telnet import PATIENCE


class Refused(Exception):
    """A verb was answered with an error."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code, self.message, self.detail = error["code"], error["message"], error.get("detail") or {}


class Bus:
    def __init__(self, runtime, daemon="bridged"):
        self.runtime, self.daemon = runtime, daemon
        self.context = zmq.Context()
        self.rpc = self._connect(zmq.DEALER, "rpc")

    def _connect(self, kind, end):
        made = self.context.socket(kind)
        made.linger = 0
        made.connect(f"ipc://{self.runtime}/{self.daemon}.{end}")
        return made

    def close(self):
        self.context.destroy(linger=0)

    def ask(self, verb, *frames, **args):
        """The answer's `ok`; raises Refused."""
        return self.ask_for_frames(verb, *frames, **args)[0]

    def ask_for_frames(self, verb, *frames, **args):
        asked = secrets.token_hex(8)
        call = json.dumps({"v": 1, "id": asked, "verb": verb, "args": args}).encode()
        self.rpc.send_multipart([b"", call, *frames])
        assert self.rpc.poll(PATIENCE * 1000), f"no answer to {verb}"
        _, result, *more = self.rpc.recv_multipart()
        result = json.loads(result)
        assert result["id"] == asked
        if "error" in result:
            raise Refused(result["error"])
        return result["ok"], more

    def slot(self, name):
        return next(s for s in self.ask("snapshot")["slots"] if s["slot"] == name)

    def counters(self, name):
        """Of a heartbeat that was sent after this was called."""
        with self._connect(zmq.SUB, "pub") as beats:
            beats.subscribe("heartbeat/")
            assert beats.poll(PATIENCE * 1000), "no heartbeat"
            return json.loads(beats.recv_multipart()[2])["counters"]["slots"][name]

    def place(self, name):
        """Where a slot's record ends now; for events_since()."""
        return self._replay(name, "", 0)[0]

    def events_since(self, name, place):
        """[(topic, body)]"""
        return self._replay(name, *place)[1]

    def infos_since(self, name, place):
        return [json.loads(body)["text"] for topic, body in self.events_since(name, place)
                if topic.startswith("serial.info/")]

    def _replay(self, name, epoch, after):
        events, deadline = [], time.monotonic() + PATIENCE
        while True:
            answer, frames = self.ask_for_frames("serial.replay", slot=name, epoch=epoch, after_seq=after)
            events += [(json.loads(header)["topic"], body) for header, body in zip(frames[::2], frames[1::2])]
            epoch, after = answer["epoch"], answer["next_after_seq"]
            if not answer["more"]:
                return (epoch, after), events
            assert time.monotonic() < deadline, "the record grows faster than it is read"
