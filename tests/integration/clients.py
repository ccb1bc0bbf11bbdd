"""Clients of a slot's port: telnet by hand, for speed; pyserial is used as itself."""
import os
import re
import select
import socket
import time

from rig import PATIENCE

IAC = b"\xff"
# A doubled IAC is data; a subnegotiation, a negotiation and a lone command are not.
TELNET = re.compile(rb"\xff(?:(\xff)|\xfa(?:[^\xff]|\xff\xff)*\xff\xf0|[\xfb-\xfe].|[\xf0-\xf9])", re.DOTALL)
WILL_COM_PORT = b"\xff\xfb\x2c"


def connect(port, receive_buffer=None):
    made = socket.socket()
    if receive_buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    made.settimeout(PATIENCE)
    made.connect(("127.0.0.1", port))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def reset(connection):
    """Closes it as the kernel of a crashed program does: with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def telnet_encode(data):
    return data.replace(IAC, IAC + IAC)


def telnet_decode(stream):
    return TELNET.sub(lambda found: found[1] or b"", stream)


def exchange(connection, board, to_client, to_board, encoded=None, window=128 * 1024, patience=10 * PATIENCE):
    """Moves both at once between a connection and a board's end of the line, no more than `window`
    bytes ahead in either direction: a UART has a rate, a pty has none. Returns what each got, as
    it came (the client's still telnet-encoded). `encoded` is what is sent when that is more than
    to_board alone, with commands in between."""
    at_client, at_board = bytearray(), bytearray()
    encoded = encoded or telnet_encode(to_board)
    said = sent = iacs = 0
    deadline = time.monotonic() + patience
    connection.setblocking(False)
    client_has = board_has = 0
    while client_has < len(to_client) or board_has < len(to_board):
        writing = [end for end, more in [(board.end, said < len(to_client) and said - client_has < window),
                                         (connection, sent < len(encoded) and sent - board_has < window)] if more]
        readable, writable, _ = select.select([board.end, connection], writing, [], 1)
        if board.end in writable:
            said += board_write(board, to_client[said:said + 4096])
        if connection in writable:
            sent += connection.send(encoded[sent:sent + 65536])
        if board.end in readable:
            at_board += board_read(board)
            board_has = len(at_board)
        if connection in readable:
            got = connection.recv(65536)
            assert got, "the connection was closed"
            at_client += got
            # Half of the IACs of data; a negotiation counts a few bytes too many, mended at the end.
            iacs += got.count(IAC)
            client_has = len(at_client) - iacs // 2
            if client_has >= len(to_client):
                client_has = len(telnet_decode(bytes(at_client)))
        assert time.monotonic() < deadline, (
            f"stuck: client has {client_has} of {len(to_client)}, board {board_has} of {len(to_board)}")
    connection.setblocking(True)
    connection.settimeout(PATIENCE)
    return bytes(at_client), bytes(at_board)


def board_write(board, data):
    try:
        return os.write(board.end, data)
    except BlockingIOError:
        return 0


def board_read(board):
    try:
        return os.read(board.end, 65536)
    except BlockingIOError:
        return b""
