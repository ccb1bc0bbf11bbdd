#!/usr/bin/python3
"""Records what pyserial's RFC 2217 client and a server say to each other.

    record.py SERVER_PORT SCENARIO >SCENARIO.txt

A proxy on loopback passes on one telnet command at a time and waits for the
answers, so that a transcript reads as a conversation.
"""
import select
import socket
import sys
import threading

import serial

IAC, SE, SB = 0xFF, 0xF0, 0xFA
VERBS = {251: "WILL", 252: "WON'T", 253: "DO", 254: "DON'T"}
OPTIONS = {0: "BINARY", 1: "ECHO", 3: "SGA", 44: "COM-PORT"}
CODES = ["SIGNATURE", "SET-BAUDRATE", "SET-DATASIZE", "SET-PARITY", "SET-STOPSIZE", "SET-CONTROL",
         "NOTIFY-LINESTATE", "NOTIFY-MODEMSTATE", "FLOWCONTROL-SUSPEND", "FLOWCONTROL-RESUME",
         "SET-LINESTATE-MASK", "SET-MODEMSTATE-MASK", "PURGE-DATA"]
CONTROLS = {1: "no flow control", 2: "XON/XOFF", 3: "RTS/CTS", 5: "break on", 6: "break off",
            8: "DTR on", 9: "DTR off", 11: "RTS on", 12: "RTS off"}


def units(data):
    """Cuts bytes before and after each telnet command."""
    while data:
        if data[0] != IAC or data[1] == IAC:
            end = 0
            while end < len(data) and (data[end] != IAC or data[end + 1] == IAC):
                end += 2 if data[end] == IAC else 1
        elif data[1] == SB:
            end = 2
            while data[end] != IAC or data[end + 1] == IAC:
                end += 2 if data[end] == IAC else 1
            end += 2
        else:
            end = 3 if data[1] in VERBS else 2
        yield data[:end]
        data = data[end:]


def meaning(unit):
    if unit[0] != IAC or unit[1] == IAC:
        return "data"
    if unit[1] in VERBS:
        return f"{VERBS[unit[1]]} {OPTIONS.get(unit[2], unit[2])}"
    body = unit[3:-2].replace(b"\xff\xff", b"\xff")
    code, value = body[0], int.from_bytes(body[1:], "big")
    text = CODES[code % 100] + (" answer" if code >= 100 else "")
    if len(body) == 1:
        return text
    return f"{text} {CONTROLS.get(value, value) if code % 100 == 5 else value}"


def line(mark, unit):
    print(f"{mark} {unit.hex(' ').upper()}  # {meaning(unit)}", flush=True)


def received(sock, timeout):
    return sock.recv(65536) if select.select([sock], [], [], timeout)[0] else None


def proxy(listener, server_port):
    client, server = listener.accept()[0], socket.create_connection(("127.0.0.1", server_port))
    while data := client.recv(65536):
        for unit in units(data):
            line(">>", unit)
            server.sendall(unit)
            while answer := received(server, 0.03):
                for part in units(answer):
                    line("<<", part)
                client.sendall(answer)


def opening(url):
    serial.serial_for_url(url, baudrate=115200, timeout=1).close()


def settings(url):
    port = serial.serial_for_url(url, baudrate=9600, bytesize=7, parity="E", stopbits=2, timeout=1)
    port.baudrate = 65280  # 0x0000FF00: an IAC inside the body
    port.baudrate = 921600
    port.parity = "N"
    port.bytesize = 8
    port.stopbits = 1
    port.rtscts = True
    port.close()


def reset(url):
    """What esptool's classic reset does to the lines."""
    port = serial.serial_for_url(url, baudrate=115200, timeout=1, do_not_open=True)
    port.dtr = port.rts = False
    port.open()
    for dtr, rts in ((False, True), (True, False)):
        port.dtr, port.rts = dtr, rts
    port.dtr = False
    port.reset_input_buffer()
    port.close()


def data(url):
    port = serial.serial_for_url(url + "?poll_modem", baudrate=115200, timeout=1)
    for written in (b"hello\r\n", b"\x00\xff\xff\xf0\r\x00", bytes(range(256))):
        port.write(written)
        assert port.read(len(written)) == written
    assert port.cts and not port.dsr
    port.break_condition = True
    port.break_condition = False
    port.close()


def main():
    scenario = {f.__name__: f for f in (opening, settings, reset, data)}[sys.argv[2]]
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=proxy, args=(listener, int(sys.argv[1])), daemon=True).start()
    print(f"# pyserial {serial.VERSION}, record.py {scenario.__name__}", flush=True)
    scenario(f"rfc2217://127.0.0.1:{listener.getsockname()[1]}")


main()
