"""A stack whose loggerd is the shipped one with fault_points.cpp loaded into it, and how its logs are read back."""
import os
import subprocess

from rig import TOP, Stack


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
        return self.log_parts(f"*_{label}_*")

    def log_of(self, label):
        return self.log_text(f"*_{label}_*")
