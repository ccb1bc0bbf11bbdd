"""A stack whose loggerd is the shipped one with fault_points.cpp loaded into it, and how its logs are read back."""
import os
import re
import subprocess

from rig import TOP, Stack

PART = re.compile(r"_(\d{4}-\d\d-\d\d)(?:\.(\d+))?\.log$")


def build_fault_points(folder):
    made = folder / "fault_points.so"
    subprocess.run(["g++", "-std=c++20", "-O1", "-shared", "-fPIC", "-o", made,
                    TOP / "tests/integration/fault_points.cpp", "-ldl"], check=True)
    return made


class FaultyStack(Stack):
    """The loggerd that is started next has `faults`; `disk` refuses while it is there."""

    def __init__(self, folder, fault_points, slots, settings):
        super().__init__(folder, slots, settings)
        self.faults = {}
        self.fault_points = fault_points
        self.disk = self.folder / "refusing"

    def command(self, name):
        command = super().command(name)
        if name != "loggerd":
            return command
        settings = {"LD_PRELOAD": self.fault_points, "FAULT_DISK": self.disk, **self.faults}
        return ["/usr/bin/env", *(f"{key}={value}" for key, value in settings.items()), *command]

    def refuse(self, error=None):
        """At once, not with an empty file first."""
        beside = self.folder / "refusing.new"
        beside.write_text("" if error is None else str(error))
        os.rename(beside, self.disk)

    def parts_of(self, label):
        """Its files in the order of their days and parts, as they are called before they are compressed."""
        names = {f.name.removesuffix(".zst") for f in self.logs.glob(f"*_{label}_*.log*") if not f.name.endswith(".new")}
        return sorted(names, key=lambda name: (lambda m: (m[1], int(m[2] or 1)))(PART.search(name)))

    def text_of(self, name):
        """One file's text, however it is there at this instant."""
        try:
            return (self.logs / name).read_bytes()
        except FileNotFoundError:
            return subprocess.run(["zstd", "-q", "-d", "-c", self.logs / (name + ".zst")],
                                  stdout=subprocess.PIPE, check=True).stdout

    def log_of(self, label):
        return b"".join(self.text_of(name) for name in self.parts_of(label))
