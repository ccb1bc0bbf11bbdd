"""What a tree of processes uses, from /proc."""
import os
import pathlib
import re

PROC = pathlib.Path("/proc")


def tree(pid):
    """The process and all that it has started."""
    found = [pid]
    for one in found:
        try:
            for task in (PROC / str(one) / "task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue  # it has ended meanwhile
    return found


def _each_thread(pids, file):
    for pid in pids:
        try:
            for task in (PROC / str(pid) / "task").iterdir():
                yield (task / file).read_text()
        except OSError:
            continue


def cpu_seconds(pids):
    """On a processor so far, user and system, of all threads that live: the scheduler's own count, in nanoseconds."""
    return sum(int(text.split()[0]) for text in _each_thread(pids, "schedstat")) / 1e9


def wakeups(pids):
    """Voluntary context switches of all threads."""
    return sum(int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", text, re.MULTILINE)[1])
               for text in _each_thread(pids, "status"))


def listens(port):
    """Whether anybody on this machine does, on a TCP port."""
    wanted = f":{port:04X} "
    return any(wanted in line and " 0A " in line for table in ("tcp", "tcp6")
               for line in (PROC / "net" / table).read_text().splitlines())


def memory_kb(pids, ring_folder=None):
    """Proportional set size, and of it what maps files in ring_folder."""
    total = rings = 0
    for pid in pids:
        mapped = ""
        for line in (PROC / str(pid) / "smaps").read_text().splitlines():
            if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
                mapped = line
            elif line.startswith("Pss:"):
                kb = int(line.split()[1])
                total += kb
                rings += kb if ring_folder and str(ring_folder) in mapped and ".ring" in mapped else 0
    return total, rings


def machine():
    """What the numbers were measured on."""
    cpu = re.search(r"^model name\s*:\s*(.*)$", (PROC / "cpuinfo").read_text(), re.MULTILINE)
    memory = int(re.search(r"^MemTotal:\s*(\d+)", (PROC / "meminfo").read_text(), re.MULTILINE)[1])
    return {"cpu": cpu[1] if cpu else os.uname().machine, "cores": os.cpu_count(), "memory_mb": memory // 1024,
            "kernel": os.uname().release, "load": round(os.getloadavg()[0], 1)}
