#!/usr/bin/python3
"""What everybody who should know says of the boards. A line of JSON for each line that comes in:

  views       {"devices", "slots", "api", "file", "listening"}: hotplugd, bridged, the portal, slots.json, ss;
              null for one that does not answer
  api         the portal's alone
  opens       {slot: how often bridged has opened it}
  post PATH BODY     the portal's answer to it
  send DAEMON VERB ARGS     the daemon's answer
"""
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
import uuid

import zmq

RUNTIME_DIR = "ipc:///run/rfc2217/"
SLOTS_FILE = "/etc/rfc2217/slots.json"
PORTAL = "http://127.0.0.1:8080"
ANSWER_MS = 5000
CONTEXT = zmq.Context()


def send(daemon, verb, args=None):
    socket = CONTEXT.socket(zmq.REQ)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.RCVTIMEO, ANSWER_MS)
    socket.connect(f"{RUNTIME_DIR}{daemon}.rpc")
    try:
        socket.send_json({"v": 1, "id": str(uuid.uuid4()), "verb": verb, "args": args or {}})
        return json.loads(socket.recv_multipart()[0])
    except zmq.Again:
        return None
    finally:
        socket.close()


def snapshot(daemon, member):
    reply = send(daemon, "snapshot")
    return reply["ok"][member] if reply and "ok" in reply else None


def http(path, body=None):
    request = urllib.request.Request(PORTAL + path, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)
    except (OSError, ValueError):
        return None


def slots_file():
    try:
        with open(SLOTS_FILE, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def listening():
    sockets = subprocess.run(["ss", "-Hltn"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return sorted({int(port) for port in re.findall(r"\S+:(\d+) +\S+:\*", sockets)})


def opens():
    """Counters come with the heartbeats, and one follows soon on a subscription."""
    socket = CONTEXT.socket(zmq.SUB)
    socket.setsockopt(zmq.SUBSCRIBE, b"heartbeat/")
    socket.setsockopt(zmq.RCVTIMEO, 2 * ANSWER_MS)
    socket.connect(RUNTIME_DIR + "bridged.pub")
    try:
        slots = json.loads(socket.recv_multipart()[2])["counters"]["slots"]
        return {slot: counters["opens"] for slot, counters in slots.items()}
    except zmq.Again:
        return None
    finally:
        socket.close()


def views():
    return {"devices": snapshot("hotplugd", "devices"), "slots": snapshot("bridged", "slots"),
            "api": http("/api/devices"), "file": slots_file(), "listening": listening()}


def answer(question, *words):
    if question == "views":
        return views()
    if question == "api":
        return http("/api/devices")
    if question == "opens":
        return opens()
    if question == "post":
        return http(words[0], " ".join(words[1:]).encode())
    if question == "send":
        return send(words[0], words[1], json.loads(" ".join(words[2:])))
    sys.exit(__doc__)


for line in sys.stdin:
    print(json.dumps(answer(*line.split())), flush=True)
