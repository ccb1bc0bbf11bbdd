"""A Pi of the documentation: two boards that talk, their daemons, a portal with TLS and tokens beside them, and a shell to which
their names, ports and paths are those of the pages."""
import contextlib
import os
import re
import subprocess
import threading

from rig import BUILD, PATIENCE, TOP, Board, Stack, free_port, wait_until

SER2NET = """connection: &scope
  accepter: telnet(rfc2217),tcp,localhost,3000
  connector: serialdev,/dev/ttyS0,9600n81,local
"""
TOKEN = "0123456789abcdef0123"
STUB = """#!/bin/sh
{}
"""


class World:
    def __init__(self, folder):
        self.folder = folder
        self.etc, self.bin, self.asked = folder / "etc", folder / "bin", folder / "asked"
        for made in (self.etc, self.bin, self.asked, folder / "open", folder / "locked"):
            made.mkdir()
        self.boards = {label: Board(folder / label) for label in ("ESP32-A", "SLOT1")}
        self.ports = [free_port() for _ in self.boards]
        slots = [{"label": label, "devnode": str(board.path), "tcp_port": port}
                 for (label, board), port in zip(self.boards.items(), self.ports)]
        self.stack = Stack(folder / "open", {"auto_assign": {}, "slots": slots})
        self.make_commands()
        self.secured = self.secure()
        self.ended = threading.Event()
        self.life = [threading.Thread(target=self.chatter), threading.Thread(target=self.systemd)]

    def __enter__(self):
        self.stack.start()
        self.secured.start("portald")
        for label in self.boards:
            self.stack.wait_slot(label, running=True)
        for one in self.life:
            one.start()
        return self

    def __exit__(self, *fault):
        self.ended.set()
        for one in self.life:
            one.join()
        for stack in (self.stack, self.secured):
            stack.stop()
        for board in self.boards.values():
            board.close()

    def secure(self):
        """A portal with the certificate that `rfc2217ctl cert` makes."""
        files = {"certificate": str(self.etc / "tls.crt"), "key": str(self.etc / "tls.key")}
        tokens = self.etc / "tokens"
        tokens.touch(0o640)
        tokens.write_text(f"ann operate {TOKEN}\n")
        (self.folder / ".rfc2217-token").write_text(TOKEN)
        subprocess.run([self.bin / "rfc2217ctl", "cert"], check=True, capture_output=True)
        (self.folder / "tls.crt").symlink_to(files["certificate"])
        return Stack(self.folder / "locked", {}, {"portal": {"tls": files}, "access": {"tokens_file": str(tokens)}})

    def make_commands(self):
        """Those of a Pi which are not here, or would change this machine; each does as much of it as a page needs."""
        ctl = BUILD / "tools/ctl/rfc2217ctl"
        tls = f"--force --certificate {self.etc}/tls.crt --key {self.etc}/tls.key"
        for name, does in {
            "sudo": 'exec "$@"', "apt": "true", "idf.py": 'test -n "$ESPPORT" && echo "idf.py $* on $ESPPORT"',
            "systemctl": f'echo "$*" > {self.asked}/$$; while [ -e {self.asked}/$$ ]; do sleep 0.05; done',
            "rfc2217ctl": f'case "$1" in cert) exec {ctl} "$@" {tls};; --host) exec {ctl} "$@";; '
                          f'*) exec {ctl} --runtime-dir {self.stack.runtime} "$@";; esac',
        }.items():
            (self.bin / name).write_text(STUB.format(does))
            (self.bin / name).chmod(0o755)
        (self.bin / "python3").symlink_to("/usr/bin/python3")  # Debian's, which has serial and zmq
        (self.folder / "ser2net.yaml").write_text(SER2NET)

    def systemd(self):
        """Does what systemctl was asked for, as far as there is such a unit here."""
        while not self.ended.wait(0.05):
            for request in self.asked.iterdir():
                if request.read_text() == "restart rfc2217-portal\n":
                    self.secured.kill("portald", 15)
                    self.secured.start("portald")
                request.unlink()

    def chatter(self):
        """Boards that are ready again and again, and answer `help`."""
        while not self.ended.wait(0.2):
            for board in self.boards.values():
                heard = board.drain()
                board.say(b"I (312) app: ready\r\nwifi: station disconnected\r\n" + (b"commands: help\r\n" if b"help" in heard else b""))

    def here(self, script):
        """The script of a page, with this world's names."""
        for there, at in (("https://pi.local:8080", f"https://localhost:{self.secured.http}"), ("https://pi:8080", f"https://localhost:{self.secured.http}"),
                          ("--host pi.local", f"--host 127.0.0.1:{self.stack.http}"), ("--host pi ", f"--host 127.0.0.1:{self.stack.http} "),
                          ("pi:8080", f"127.0.0.1:{self.stack.http}"), ("192.168.1.7:4001", f"127.0.0.1:{self.ports[0]}"),
                          ("/etc/ser2net.yaml", f"{self.folder}/ser2net.yaml"), ("/etc/rfc2217/", f"{self.etc}/"), ("-o root -g rfc2217 ", ""),
                          ("/dev/ttyESP32", f"{self.folder}/ttyESP32"), ("./monitor.py", f"{TOP}/examples/monitor.py")):
            script = script.replace(there, at)
        return script

    @contextlib.contextmanager
    def running(self, script, out):
        with open(out, "wb") as said:
            process = subprocess.Popen(["bash", "-euc", self.here(script)], stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
                                       cwd=self.folder, start_new_session=True,
                                       env={**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}", "HOME": str(self.folder), "no_proxy": "*"})
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):  # it ended, and all that it had begun
                os.killpg(process.pid, 9)
            process.wait()

    def run(self, script, texts):
        """To its end, which has to be well; then it has to have said all of them."""
        out = self.folder / "said"
        with self.running(script, out) as process:
            code = process.wait(PATIENCE)
        said = out.read_text()
        assert code == 0 and all(re.search(text, said) for text in texts), f"{script}\nended with {code}, and {texts} were to be in:\n{said}"

    def run_until(self, script, texts):
        """A script that goes on for ever, until it has said all of them."""
        out = self.folder / "said"
        with self.running(script, out) as process:
            wait_until(lambda: process.poll() is not None or all(re.search(text, out.read_text()) for text in texts), f"{texts} of:\n{script}")
            assert process.poll() is None, f"{script}\nended, having said:\n{out.read_text()}"
