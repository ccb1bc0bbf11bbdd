#!/usr/bin/env python3
"""A slot's bytes from the bus, none missed: the live stream, and serial.replay for what the stream did not bring.

    ./subscribe.py ESP32-A [/run/rfc2217]        on the Pi, as root or in the group rfc2217 (Debian: python3-zmq)

Reads the last 64 KiB first, then what comes, and goes on where it was when bridged was restarted. docs/bus.md is the contract.
"""
import json
import sys

import zmq

WAIT = 5000  # ms; heartbeats come every 5 s at least


class Slot:
    def __init__(self, name, runtime_dir):
        self.name, self.runtime_dir = name, runtime_dir
        self.context = zmq.Context()
        self.live = self.context.socket(zmq.SUB)
        self.live.connect(f"ipc://{runtime_dir}/bridged.pub")
        self.live.subscribe(f"serial.rx/{name}/")
        self.live.subscribe("heartbeat/")  # tells where the stream stands, so the last event cannot get lost
        self.place = {"tail_bytes": 65536}

    def ask(self):
        """One serial.replay. A REQ socket whose call timed out is stuck, so each call has one of its own."""
        with self.context.socket(zmq.REQ) as bridged:
            bridged.linger = 0
            bridged.connect(f"ipc://{self.runtime_dir}/bridged.rpc")
            bridged.send_json({"v": 1, "id": "subscribe", "verb": "serial.replay", "args": {"slot": self.name, **self.place}})
            if not bridged.poll(WAIT):
                return None, []  # bridged is away; it keeps its history
            result, *frames = bridged.recv_multipart()
        result = json.loads(result)
        if "error" in result:
            sys.exit(f"{self.name}: {result['error']['message']}")
        return result["ok"], zip(frames[::2], frames[1::2])

    def catch_up(self):
        """Everything from our place to the end of the history."""
        more = True
        while more:
            answer, events = self.ask()
            if answer is None:
                return
            if answer["lost"]["rx"] != 0 and "epoch" in self.place:
                print(f"-- {answer['lost']['rx'] or 'some'} bytes lost --", file=sys.stderr)
            for header, body in events:
                if json.loads(header)["topic"].startswith("serial.rx/"):
                    yield body
            self.place = {"epoch": answer["epoch"], "after_seq": answer["next_after_seq"]}
            more = answer["more"]

    def chunks(self):
        while True:
            yield from self.catch_up()
            while True:  # live, as long as each event is the one behind the last
                if not self.live.poll(2 * WAIT):
                    break  # not even a heartbeat: look what is the matter
                topic, header, body = self.live.recv_multipart()
                header = json.loads(header)
                if topic.startswith(b"heartbeat/"):
                    stream = json.loads(body)["streams"].get(f"serial/{self.name}")
                    if stream and (stream["epoch"], stream["seq"]) != (self.place.get("epoch"), self.place.get("after_seq")):
                        break
                elif (header["epoch"], header["seq"]) == (self.place.get("epoch"), self.place.get("after_seq", -1) + 1):
                    self.place["after_seq"] = header["seq"]
                    yield body
                elif header["epoch"] != self.place.get("epoch") or header["seq"] > self.place["after_seq"]:
                    break  # missed some: they are in the history


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    for chunk in Slot(sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else "/run/rfc2217").chunks():
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
