"""The log's encoding, read back as docs/log-format.md says."""
import re

LINE = re.compile(rb"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3})\] \[(RX|TX|INFO)\] (.*)", re.DOTALL)
ESCAPE = re.compile(rb"\\x([0-9a-f]{2})")


def parse(text):
    """[(time, direction, text)]; anything that is no line of a log fails."""
    lines = text.split(b"\n")
    assert lines.pop() == b"", "the log ends in the middle of a line"
    found = [LINE.fullmatch(line) for line in lines]
    assert all(found), f"not lines of a log: {[l for l, m in zip(lines, found) if not m][:3]}"
    return [tuple(part.decode() if i < 2 else part for i, part in enumerate(m.groups())) for m in found]


def decode(text, direction):
    """The bytes of one direction; CR LF came to be LF."""
    out = []
    for _, which, line in parse(text):
        if which == direction:
            cut = line.endswith(b"\\")
            line = line[:-1] if cut else line
            out.append(ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), line) + (b"" if cut else b"\n"))
    return b"".join(out)


def infos(text):
    return [line.decode() for _, which, line in parse(text) if which == "INFO"]
