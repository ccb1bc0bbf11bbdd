#!/usr/bin/python3
"""The boards: boards.py FOLDER NAME... serves each at FOLDER/NAME.board.

What connects there is QEMU, when the board's adapter is plugged in: that is its power. It then prints
a boot log and "NAME: tick N" five times a second, and answers each line with "NAME: echo: LINE", unless
it is one of its own: a tty that nobody made raw yet sends back what it gets.
"""
import asyncio
import pathlib
import sys

TICK_S = 0.2
UNREAD = 4096  # nobody reads: like a UART's, what is said then is lost
LONGEST_LINE = 4096


def say(writer, text):
    if writer.transport.get_write_buffer_size() < UNREAD:
        writer.write(text.encode(errors="replace") + b"\r\n")


async def tick(name, writer):
    number = 0
    while True:
        say(writer, f"{name}: tick {number}")
        number += 1
        await asyncio.sleep(TICK_S)


async def listen(name, reader, writer):
    while line := await reader.readline():
        text = line.decode(errors="replace").strip()
        if text and f"{name}: " not in text:
            say(writer, f"{name}: echo: {text}")


async def run(name, reader, writer):
    say(writer, f"{name}: power on")
    say(writer, f"{name}: app started")
    clock = asyncio.create_task(tick(name, writer))
    try:
        await listen(name, reader, writer)
    except (OSError, ValueError):  # gone; a line without end
        pass
    finally:
        clock.cancel()
        writer.close()


async def main(folder, *names):
    servers = []
    for name in names:
        path = pathlib.Path(folder) / f"{name}.board"
        path.unlink(missing_ok=True)
        servers.append(await asyncio.start_unix_server(
            lambda reader, writer, name=name: run(name, reader, writer), path, limit=LONGEST_LINE))
    print("ready", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        asyncio.run(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        pass
