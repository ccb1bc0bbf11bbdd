"""The guest by ssh: commands, files, and programs there that answer line by line."""
import json
import os
import select
import subprocess
import time


class GuestError(Exception):
    pass


class GuestShell:
    def __init__(self, folder, key, port):
        self._options = [
            "-F", "/dev/null", "-i", str(key), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
            "-o", "LogLevel=ERROR", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "ConnectTimeout=20",
            "-o", f"ControlPath={folder}/ssh", "-o", f"Port={port}"]

    def command(self, line):
        """The same shell line, as one to be run here. Kept connections make the next one quick."""
        return ["ssh", *self._options, "-o", "ControlMaster=auto", "-o", "ControlPersist=yes", "root@127.0.0.1", line]

    def run(self, line, timeout=120):
        """What it prints; a GuestError with it when it fails."""
        done = self.try_run(line, timeout)
        if done.returncode:
            raise GuestError(f"{line.strip()[:200]}: exit {done.returncode}: {done.stdout.strip()[-2000:]}")
        return done.stdout

    def try_run(self, line, timeout=120):
        return subprocess.run(self.command(line), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=timeout, check=False)

    def answers(self):
        """Whether sshd runs a command, by a connection of its own."""
        probe = ["ssh", "-o", "ControlPath=none", *self._options, "root@127.0.0.1", "true"]
        try:
            return subprocess.run(probe, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, timeout=40, check=False).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def push(self, *paths, to):
        subprocess.run(["scp", "-q", *self._options, *map(str, paths), f"root@127.0.0.1:{to}"],
                       stdin=subprocess.DEVNULL, check=True, timeout=300)

    def hang_up(self):
        """Ends the kept connection, if there is one."""
        subprocess.run(["ssh", *self._options, "-O", "exit", "root@127.0.0.1"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20, check=False)

    def program(self, line):
        return GuestProgram(self.command(line), line)


class GuestProgram:
    """A program in the guest that takes a line and answers with one. It ends with its input."""

    def __init__(self, command, name):
        self._name = name
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.DEVNULL)
        self._pending = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def ask(self, question, timeout=60):
        """Sends a line; the answer, which is JSON."""
        try:
            self._process.stdin.write(question.encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise GuestError(f"{self._name} has ended") from None
        return self.answer(timeout)

    def answer(self, timeout=60):
        deadline = time.monotonic() + timeout
        while b"\n" not in self._pending:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise GuestError(f"{self._name} says nothing for {timeout} s")
            read = os.read(self._process.stdout.fileno(), 65536)
            if not read:
                raise GuestError(f"{self._name} has ended")
            self._pending += read
        line, self._pending = self._pending.split(b"\n", 1)
        return json.loads(line)

    def close(self):
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
