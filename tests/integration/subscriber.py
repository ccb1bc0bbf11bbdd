"""A subscriber of bridged's events by TCP, in this process or, as a program, in another network:

    subscriber.py PORT FROM TO [SERVERKEY PUBLICKEY SECRETKEY]    prints "let in" when it has heard something, or "refused"
"""
import sys

import zmq
from rig import PATIENCE
from zmq.utils.monitor import recv_monitor_message

REFUSED = (zmq.EVENT_HANDSHAKE_FAILED_AUTH, zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL, zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL,
           zmq.EVENT_DISCONNECTED)


class Subscriber:
    """keys: (the Pi's public key, own public key, own secret key); from_, to: own address, and the Pi's"""

    def __init__(self, port, keys=None, from_="127.0.0.1", to="127.0.0.1"):
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.SUB)
        self.socket.linger = 0
        if keys:
            self.socket.curve_serverkey, self.socket.curve_publickey, self.socket.curve_secretkey = keys
        self.socket.subscribe("")
        self.monitor = self.socket.get_monitor_socket()
        self.socket.connect(f"tcp://{from_}:0;{to}:{port}")

    def is_let_in(self):
        """The first word: of the handshake's end."""
        while True:
            assert self.monitor.poll(PATIENCE * 1000), "neither let in nor refused"
            event = recv_monitor_message(self.monitor)["event"]
            if event == zmq.EVENT_HANDSHAKE_SUCCEEDED or event in REFUSED:
                return event == zmq.EVENT_HANDSHAKE_SUCCEEDED

    def hears(self):
        assert self.socket.poll(PATIENCE * 1000), "nothing came"
        return self.socket.recv_multipart()

    def has_heard_nothing(self):
        return not self.socket.poll(0)

    def close(self):
        self.socket.disable_monitor()
        self.context.destroy(linger=0)


def main(port, from_, to, *keys):
    one = Subscriber(port, tuple(map(str.encode, keys)), from_, to)
    let_in = one.is_let_in()
    if let_in:
        one.hears()
    print("let in" if let_in else "refused")
    one.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
