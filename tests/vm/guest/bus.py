#!/usr/bin/python3
"""Asks the daemons over the bus, from inside the VM.

  bus.py snapshot                     the devices, one JSON object a line
  bus.py notify ACTION KEY DEVNODE    device.notify; prints the reply
  bus.py ask DAEMON VERB ARGS         any verb, ARGS as JSON; prints the reply; fails unless it is "ok"
  bus.py watch [DAEMON]               events but serial data as they come, "device.added/ {...}"; the
                                      first is the heartbeat that says that it is subscribed
"""
import json
import sys
import uuid

import zmq

RUNTIME_DIR = "ipc:///run/rfc2217/"


def ask(context, verb, args, daemon="hotplugd"):
    socket = context.socket(zmq.REQ)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.RCVTIMEO, 10000)
    socket.connect(f"{RUNTIME_DIR}{daemon}.rpc")
    socket.send_json({"v": 1, "id": f"vm-{uuid.uuid4()}", "verb": verb, "args": args})
    return json.loads(socket.recv_multipart()[0])


def watch(context, daemon="hotplugd"):
    socket = context.socket(zmq.SUB)
    for topic in (b"device.", b"slot.", b"heartbeat/"):
        socket.setsockopt(zmq.SUBSCRIBE, topic)
    socket.connect(f"{RUNTIME_DIR}{daemon}.pub")
    while True:
        topic, _, body = socket.recv_multipart()
        print(topic.decode(), body.decode(), flush=True)


def main(arguments):
    context = zmq.Context()
    if arguments[:1] == ["watch"]:
        watch(context, *arguments[1:])
    elif arguments[:1] == ["snapshot"]:
        for device in ask(context, "snapshot", {})["ok"]["devices"]:
            print(json.dumps(device))
    elif arguments[:1] == ["ask"] and len(arguments) == 4:
        reply = ask(context, arguments[2], json.loads(arguments[3]), arguments[1])
        print(json.dumps(reply))
        sys.exit("ok" not in reply)
    elif arguments[:1] == ["notify"] and len(arguments) == 4:
        names = dict(zip(("action", "slot_key", "devnode"), arguments[1:]))
        print(json.dumps(ask(context, "device.notify", names)))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
