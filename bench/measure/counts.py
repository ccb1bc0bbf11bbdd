"""Instructions that the hot loops take per MB of serial data, counted by callgrind: a loaded machine does not move them."""
import pathlib
import re
import subprocess
import tempfile

ALLOWED_GROWTH = 1.03  # another libc or compiler patch is no news; a pass over the data more is


def counted(binary, keep=None):
    """{loop: instructions per MB}. With `keep`, a folder, callgrind's own files are left there."""
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(keep or made)
        run = subprocess.run(
            ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={folder}/loop",
             str(binary), "--counts"], capture_output=True, text=True, check=True)
        sizes = dict(line.split("\t") for line in run.stdout.splitlines())
        counts = {}
        for dump in sorted(folder.glob("loop*")):
            said = dump.read_text()
            name = re.search(r"^desc: Trigger: Client Request: (.*)$", said, re.MULTILINE)
            total = re.search(r"^totals: (\d+)", said, re.MULTILINE)
            if name and total and name[1] in sizes:
                counts[name[1]] = round(int(total[1]) * 1_000_000 / int(sizes[name[1]]))
        return {name: counts[name] for name in sizes}  # a loop without a count is an error


def growth(before, now):
    """What grew, is new or is gone, one line each."""
    for name in sorted(before.keys() | now.keys()):
        if name not in now:
            yield f"{name}: is no longer counted"
        elif name not in before:
            yield f"{name}: {now[name]:,} a MB, not in the committed counts"
        elif now[name] > before[name] * ALLOWED_GROWTH:
            yield f"{name}: {now[name]:,} a MB, was {before[name]:,} ({now[name] / before[name] - 1:+.1%})"
