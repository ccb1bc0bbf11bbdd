"""Units for the probes: a daemon's own, with the probe in its place and some lines left out."""
import dataclasses
import json
import pathlib
import tempfile

from hotplug.lab import expect

from .table import NO_SANDBOX, RULES, UNPROVEN

PROGRAM = "/usr/bin/python3 -ISB /opt/probe/sandbox_probe.py"
RUNTIME = "/run/probe"


def directive(line):
    return line.split("=", 1)[0]


def sandbox_lines(text):
    """Of a unit file. One that the table does not know is a fault: nobody would have tried it."""
    service = text.split("[Service]\n")[1].split("\n[")[0]
    lines = [line for line in service.splitlines() if line and not line.startswith("#")]
    lines = [line for line in lines if directive(line) not in NO_SANDBOX]
    unknown = [line for line in lines if line not in UNPROVEN and directive(line) not in RULES]
    expect(not unknown, f"not in sandbox/table.py, so it would not be tried: {unknown}")
    return lines


@dataclasses.dataclass
class Probe:
    """One start of a probe unit: LINES are its sandbox, TRIED what it tries."""
    name: str
    lines: list
    tried: list

    def unit(self):
        words = " ".join(f'"{line}"' for line in self.tried)
        return "\n".join(["[Service]", "Type=oneshot", f"ExecStart={PROGRAM} {words}", "TimeoutStartSec=300",
                          f"StandardOutput=truncate:{RUNTIME}/{self.name}", "OOMPolicy=continue", *self.lines, ""])


def whole(unit, lines):
    """In the unit's sandbox, as it is."""
    return Probe(f"probe-{unit}-whole", lines, [line for line in lines if line not in UNPROVEN and
                                                directive(line) != "RemoveIPC"])


def pair(unit, lines, line):
    """With the line and without it, and in both without what refuses the same: if nothing does, the first is the whole."""
    number = lines.index(line)
    also = RULES[directive(line)].also
    rest = [other for other in lines if other == line or directive(other) not in also]
    off = Probe(f"probe-{unit}-{number}-off", [other for other in rest if other != line], [line])
    return (Probe(f"probe-{unit}-{number}-with", rest, [line]) if also else whole(unit, lines)), off


def run(shell, probes, side_by_side=2):
    """What each came to: {name: {line: outcome}}"""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for probe in probes:
            files.append(pathlib.Path(folder) / f"{probe.name}.service")
            files[-1].write_text(probe.unit())
        shell.run("mkdir -p /run/systemd/system")
        shell.push(*files, to="/run/systemd/system/")
    names = " ".join(probe.name for probe in probes)
    shell.run(f"systemctl daemon-reload && echo {names} | xargs -n 1 -P {side_by_side} timeout 300 systemctl start || true",
              timeout=1800)
    return {probe.name: result(shell.try_run(f"cat {RUNTIME}/{probe.name}").stdout, probe) for probe in probes}


def result(said, probe):
    try:
        return json.loads(said)
    except ValueError:
        return {line: f"no answer: {said.strip()[-300:]}" for line in probe.tried}


def remains_of_ipc(shell, word):
    """Whether a segment of shared memory outlived its unit."""
    expect(word.startswith("shm "), word)
    shell.run("systemctl is-system-running || true")  # systemd has done with the unit when it answers
    segments = shell.run("awk 'NR > 1 { print $2 }' /proc/sysvipc/shm").split()
    return "left" if word.split()[1] in segments else "gone"
