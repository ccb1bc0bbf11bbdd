"""QEMU's control socket (QMP): one command, one answer, and events in between."""
import json
import socket


class QmpError(Exception):
    pass


class Qmp:
    """A connection. QEMU talks to one at a time, so keep it short: with Qmp(path) as qmp."""

    def __init__(self, path, timeout=60):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(timeout)
        self._socket.connect(str(path))
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self._events = []
        self._receive()  # the greeting
        self.call("qmp_capabilities")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._lines.close()
        self._socket.close()

    def _receive(self):
        line = self._lines.readline()
        if not line:
            raise QmpError("QEMU has closed the connection")
        return json.loads(line)

    def call(self, command, **arguments):
        request = {"execute": command, "arguments": arguments}
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        while True:
            message = self._receive()
            if "event" in message:
                self._events.append(message)
            elif "error" in message:
                raise QmpError(f"{command}: {message['error']['desc']}")
            else:
                return message["return"]

    def monitor(self, line):
        """A command of the human monitor: says nothing when it worked."""
        said = self.call("human-monitor-command", **{"command-line": line}).strip()
        if said:
            raise QmpError(f"{line}: {said}")

    def wait_until_deleted(self, device):
        while not any(event["event"] == "DEVICE_DELETED" and event["data"].get("device") == device
                      for event in self._events):
            self._events.append(self._receive())
