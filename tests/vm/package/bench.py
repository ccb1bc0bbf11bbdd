"""A VM, our package in it, and what the cases do with both."""
import pathlib
import urllib.request

import serial

from hotplug.lab import HERE, UNITS, Lab, expect, until

SERVICES = [f"rfc2217-{unit}" for unit in UNITS]
NEEDED = "/root/rfc2217.deb"
ECHO_S = 60


class Bench(Lab):
    def __init__(self, machine, package):
        super().__init__(machine)
        self.shell.push(package, to=NEEDED)
        self.shell.push(*sorted((HERE / "guest").glob("*.py")), to="/root/")
        self.before = self.paths()  # of a system that never had it

    def apt(self, *words):
        """What it says. Nobody is there to be asked."""
        return self.shell.run(f"DEBIAN_FRONTEND=noninteractive apt-get -y -q {' '.join(words)} </dev/null", timeout=600)

    def install(self, *options):
        said = self.apt("install", *options, NEEDED)
        self.all_active()
        return said

    def paths(self):
        """All files and folders but those of programs that keep books."""
        listed = self.shell.run("find / -xdev \\( -path /proc -o -path /sys -o -path /root -o -path /tmp -o -path /var/tmp"
                                " -o -path /var/cache -o -path /var/log -o -path /var/lib/apt -o -path /var/lib/dpkg"
                                " -o -path /var/lib/systemd -o -path /var/lib/private \\) -prune -o -print"
                                " && find /var/lib/systemd -name '*rfc2217*'")
        return set(listed.splitlines()) | self.in_run()

    def in_run(self):
        """What of ours is there; udev's books, in which a board has our tag, are its own."""
        return set(self.shell.run("find /run -path /run/udev -prune -o -path '*rfc2217*' -print").splitlines())

    def all_active(self):
        for service in [*SERVICES, "rfc2217.target"]:
            self.until_says(f"systemctl is-active {service}; systemctl is-enabled {service}", "active\nenabled\n")

    def page(self):
        """The page, as a browser on this machine gets it."""
        port = self.machine.forward(8080)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
            return answer.read()

    def echo(self, tcp_port, text):
        """What the board behind a port of the guest says to pyserial on this machine."""
        here = self.machine.forward(tcp_port)
        with serial.serial_for_url(f"rfc2217://127.0.0.1:{here}", baudrate=115200, timeout=ECHO_S) as port:
            port.write(text.encode() + b"\n")
            said = port.read_until(f"echo: {text}".encode())
        expect(said.endswith(f"echo: {text}".encode()), f"no echo of {text}: {said[-200:]}")

    def logged(self, text):
        self.until_says("grep -ahF '[RX]' /var/log/serial/*.log", text)

    def stage(self, path, text, mode="644"):
        self.shell.run(f"install -d {pathlib.PurePath(path).parent} && cat >{path} <<'END_OF_FILE'\n{text}END_OF_FILE\n"
                       f"chmod {mode} {path}")

    def until_restarted(self, before, timeout, times=1):
        """Waits until each has been started so many times more than BEFORE, and runs."""
        def look():
            now = self.restarts()
            return all(now[unit] >= before[unit] + times for unit in UNITS), now
        until("each is started again", look, timeout)
        self.all_active()
