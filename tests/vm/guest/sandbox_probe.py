"""Tries what the lines of a unit file forbid, each in a process of its own: sandbox_probe.py LINE…

Runs in the unit's sandbox, and prints {line: "allowed", the error's name, or the signal that ended it}.
sandbox/prepare has made what is tried here, so that nothing but the sandbox refuses it.
"""
import errno
import json
import os
import signal
import sys

PLACE = "/opt/probe"
IPC_CREAT, SYSLOG_ACTION_READ_ALL, PER_LINUX32, CLONE_NEWUSER, PTRACE_TRACEME = 0o1000, 3, 8, 0x10000000, 0
DELETE_MODULE = {"x86_64": 176, "aarch64": 106}


def call(function, *words):
    """A function of libc that Python has not."""
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    result = getattr(libc, function)(*words)
    if result < 0:
        raise OSError(ctypes.get_errno(), function)
    return result


def touch(path, flags=os.O_RDONLY):
    os.close(os.open(path, flags))


def open_device(path):
    """The node has no device behind it: a driver that says so was reached."""
    try:
        touch(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as error:
        if error.errno not in (errno.ENXIO, errno.ENODEV, errno.EIO):
            raise


def of_each(attempts):
    """What all of them come to; they should be of one mind."""
    seen = {name: outcome(attempt) for name, attempt in attempts.items()}
    words = set(seen.values())
    return words.pop() if len(words) == 1 else str(seen)


def with_new_file(folder, use=os.stat):
    """Few imports, since it is started some hundred times in an emulated machine."""
    path = f"{folder}/probe-{os.getpid()}"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        return use(path)
    finally:
        os.unlink(path)


def mode_of_a_new_file():
    mode = with_new_file("/run/rfc2217").st_mode
    return "allowed" if mode & 0o007 else f"mode {mode & 0o777:o}"


def write_in(folder):
    with_new_file(folder)


def open_socket(family):
    import socket
    socket.socket(getattr(socket, family), socket.SOCK_RAW if family == "AF_NETLINK" else
                  socket.SOCK_SEQPACKET if family == "AF_ALG" else socket.SOCK_STREAM).close()


def families(value):
    others = {"AF_INET", "AF_INET6", "AF_NETLINK", "AF_ALG"} - set(value.split())
    return of_each({name: lambda name=name: open_socket(name) for name in others})


def connect_to_sshd():
    import socket
    socket.create_connection(("10.0.2.15", 22), 20).close()


def send_to_loopback():
    import socket
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))


def set_the_hostname():
    import socket
    socket.sethostname(socket.gethostname())


def set_the_clock():
    import time
    time.clock_settime(time.CLOCK_REALTIME, time.time())


def run_setuid():
    import subprocess
    said = subprocess.run([f"{PLACE}/id", "-u"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return "allowed" if said == "0\n" else "euid kept"


def unload_a_module():
    """One that is not there: ENOENT is an answer of who would have done it."""
    try:
        call("syscall", DELETE_MODULE[os.uname().machine], b"rfc2217_probe", os.O_NONBLOCK)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise


def make_setuid():
    with_new_file("/run/rfc2217", lambda path: os.chmod(path, 0o4755))


def map_writable_and_executable():
    import mmap
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def call_as_i386():
    """getpid() by the 32-bit entry of the kernel."""
    import ctypes
    import mmap
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    with open(f"{PLACE}/i386_getpid", "rb") as code:
        page = libc.mmap(None, 4096, mmap.PROT_READ | mmap.PROT_EXEC, mmap.MAP_PRIVATE, code.fileno(), ctypes.c_long(0))
    if ctypes.CFUNCTYPE(ctypes.c_int)(page)() != os.getpid():
        raise OSError(errno.ENOSYS, "no 32-bit calls here")


def be_realtime():
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


PROBES = {
    "User": lambda _: touch("/etc/shadow"),
    "UMask": lambda _: mode_of_a_new_file(),
    "ReadWritePaths": lambda value: of_each({path: lambda path=path: write_in(path) for path in value.split()}),
    "ReadOnlyPaths": lambda _: write_in("/run/lock"),
    "RestrictAddressFamilies": families,
    "IPAddressDeny": lambda _: send_to_loopback(),
    "DevicePolicy": lambda _: touch("/dev/fuse", os.O_RDWR),
    "DeviceAllow": lambda value: open_device(f"{PLACE}/{value.split()[0]}"),
    "NoNewPrivileges": lambda _: run_setuid(),
    "CapabilityBoundingSet": lambda _: touch(f"{PLACE}/of-nobody"),
    "ProtectSystem": lambda _: write_in("/opt/open"),
    "ProtectHome": lambda _: touch("/home/probe"),
    "PrivateDevices": lambda _: touch("/dev/fuse", os.O_RDWR),
    "PrivateNetwork": lambda _: connect_to_sshd(),
    "PrivateTmp": lambda _: touch("/tmp/probe"),
    "ProtectClock": lambda _: set_the_clock(),
    "ProtectControlGroups": lambda _: write_in_cgroup(),
    "ProtectHostname": lambda _: set_the_hostname(),
    "ProtectKernelLogs": lambda _: call("klogctl", SYSLOG_ACTION_READ_ALL, bytes(64), 64) and None,
    "ProtectKernelModules": lambda _: unload_a_module(),
    "ProtectKernelTunables": lambda _: touch("/sys/kernel/mm/transparent_hugepage/enabled", os.O_WRONLY),
    "ProtectProc": lambda _: os.stat("/proc/1") and None,
    "LockPersonality": lambda _: call("personality", PER_LINUX32) and None,
    "MemoryDenyWriteExecute": lambda _: map_writable_and_executable(),
    "RestrictNamespaces": lambda _: call("unshare", CLONE_NEWUSER) and None,
    "RestrictRealtime": lambda _: be_realtime(),
    "RestrictSUIDSGID": lambda _: make_setuid(),
    "RemoveIPC": lambda _: f"shm {call('shmget', 0, 4096, IPC_CREAT | 0o600)}",
    "SystemCallArchitectures": lambda _: call_as_i386(),
    # ptrace() is not of @system-service; setresuid() is, and of @privileged as well.
    "SystemCallFilter": lambda value: os.setresuid(-1, -1, -1) if value.startswith("~") else trace_me(),
    "SystemCallErrorNumber": lambda _: trace_me(),
    "MemoryMax": lambda _: len(b"x" * (200 << 20)) and None,
}


def trace_me():
    call("ptrace", PTRACE_TRACEME, 0, 0, 0)


def write_in_cgroup():
    path = f"/sys/fs/cgroup/probe/{os.getpid()}"
    os.mkdir(path)
    os.rmdir(path)


def outcome(attempt):
    try:
        return attempt() or "allowed"
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
    except Exception as error:  # a probe that does not work is no refusal
        return f"{type(error).__name__}: {error}"


def tried(line):
    name, value = line.split("=", 1)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, outcome(lambda: PROBES[name](value)).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as said:
        word = said.read()
    status = os.waitpid(child, 0)[1]
    return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else word


if __name__ == "__main__":
    print(json.dumps({line: tried(line) for line in sys.argv[1:]}))
