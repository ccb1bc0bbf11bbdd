"""The commands of an installed system, run against real daemons and fakes: Command, Talk."""
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

from rig import BUILD, PATIENCE, TOP

sys.path.insert(0, str(TOP / "tests/fakes"))

LEARN_SLOTS = BUILD / "tools/learn_slots/rfc2217-learn-slots"
CTL = BUILD / "tools/ctl/rfc2217ctl"
NOTIFY = BUILD / "tools/udev_notify/rfc2217-udev-notify"
NOBODY = 65534


def run(*command, **more):
    if "user" in more:  # who may not even reach the checkout, where that is in somebody's home
        with tempfile.TemporaryDirectory() as lent:
            os.chmod(lent, 0o755)
            reached = {name: value for name, value in os.environ.items() if name != "TSAN_OPTIONS"}  # names a file
            return _run(shutil.copy(command[0], lent), *command[1:], env=reached, **more)
    return _run(*command, **more)


def _run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=PATIENCE,
                          stdin=subprocess.DEVNULL, check=False, **more)


class Talk:
    """A program that asks: its output as it comes, answers to it one by one."""

    def __init__(self, *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **more):
        self.process = subprocess.Popen([str(word) for word in command], stdin=stdin, stdout=stdout,
                                        stderr=subprocess.STDOUT if stdout == subprocess.PIPE else stdout, **more)
        self.heard = ""
        self.out = self.process.stdout.fileno() if self.process.stdout else None

    def hear(self, *texts):
        """Waits until it has said them, in this order, since what was last waited for; what it said on the way."""
        said, deadline = "", time.monotonic() + PATIENCE
        while True:
            rest = said + self.heard
            at = 0
            for text in texts:
                found = rest.find(text, at)
                if found < 0:
                    break
                at = found + len(text)
            else:
                self.heard = rest[at:]
                return rest[:at]
            assert time.monotonic() < deadline, f"waited in vain for {texts}; it said:\n{rest}"
            if select.select([self.out], [], [], 0.5)[0]:
                try:
                    more = os.read(self.out, 65536)
                except OSError:  # a terminal whose other end is closed
                    more = b""
                assert more, f"it ended without {texts}; it said:\n{rest}"
                self.heard += more.decode(errors="replace")

    def answer(self, *lines):
        self.process.stdin.write("".join(f"{line}\n" for line in lines).encode())
        self.process.stdin.flush()

    def end(self):
        """Closes its stdin, and returns (exit code, the rest of what it said)."""
        if self.process.stdin:
            self.process.stdin.close()
            self.process.stdin = None
        return self.wait()

    def wait(self):
        rest = self.process.communicate(timeout=PATIENCE)[0] if self.process.stdout else b""
        return self.process.wait(PATIENCE), self.heard + (rest or b"").decode(errors="replace")

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()
