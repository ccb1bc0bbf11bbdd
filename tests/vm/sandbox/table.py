"""What each sandbox line of the units is worth: how its refusal looks, and what else would refuse the same."""
import dataclasses

ALLOWED = "allowed"
# Any of these makes NoNewPrivileges= for an account without capabilities: they are seccomp filters.
FILTERS = ("SystemCallFilter", "SystemCallArchitectures", "RestrictAddressFamilies", "RestrictNamespaces",
           "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality", "MemoryDenyWriteExecute", "ProtectClock",
           "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables", "PrivateDevices")
# An account without rights can do none of this anyway. With these off as well, it is root who is refused.
RIGHTS = ("User", "CapabilityBoundingSet")


@dataclasses.dataclass(frozen=True)
class Rule:
    """WITH it a probe comes to one of these, without it to OFF. Where ALSO refuse the same, they are off in both."""
    with_it: tuple
    off: str = ALLOWED
    also: tuple = ()

    @property
    def permits(self):
        return self.with_it == (ALLOWED,)


def refuses(*errors, also=(), off=ALLOWED):
    return Rule(errors, off, also)


RULES = {
    "User": refuses("EACCES"),
    "UMask": refuses("mode 660", "mode 640"),
    "ReadWritePaths": Rule((ALLOWED,), "EROFS"),
    # Later versions of systemd than 252 close /run with ProtectSystem=strict.
    "ReadOnlyPaths": refuses("EROFS", also=("ProtectSystem",)),
    "RestrictAddressFamilies": refuses("EAFNOSUPPORT"),
    "IPAddressDeny": refuses("EPERM", also=("RestrictAddressFamilies",)),
    "DevicePolicy": refuses("EPERM", also=("DeviceAllow",)),
    "DeviceAllow": Rule((ALLOWED,), "EPERM"),
    "NoNewPrivileges": refuses("euid kept", also=FILTERS),
    "CapabilityBoundingSet": refuses("EACCES", also=("User",)),
    "ProtectSystem": refuses("EROFS"),
    "ProtectHome": refuses("EACCES", "ENOENT"),
    "PrivateDevices": refuses("ENOENT"),
    "PrivateNetwork": refuses("ENETUNREACH", also=("RestrictAddressFamilies",)),
    "PrivateTmp": refuses("ENOENT"),
    "ProtectClock": refuses("EPERM", also=(*RIGHTS, "SystemCallFilter")),
    "ProtectControlGroups": refuses("EROFS"),
    "ProtectHostname": refuses("EPERM", also=(*RIGHTS, "SystemCallFilter")),
    "ProtectKernelLogs": refuses("EPERM", also=(*RIGHTS, "SystemCallFilter")),
    "ProtectKernelModules": refuses("EPERM", also=(*RIGHTS, "SystemCallFilter")),
    "ProtectKernelTunables": refuses("EROFS"),
    "ProtectProc": refuses("ENOENT"),
    "LockPersonality": refuses("EPERM"),
    "MemoryDenyWriteExecute": refuses("EPERM"),
    "RestrictNamespaces": refuses("EPERM"),
    "RestrictRealtime": refuses("EPERM", also=RIGHTS),
    "RestrictSUIDSGID": refuses("EPERM"),
    "RemoveIPC": refuses("gone", off="left"),
    "SystemCallArchitectures": refuses("SIGSYS"),
    "SystemCallFilter": refuses("EPERM"),
    # Not that it is refused, but how.
    "SystemCallErrorNumber": refuses("EPERM", off="SIGSYS"),
    "MemoryMax": refuses("SIGKILL"),
}
# What cannot be shown, and why.
UNPROVEN = {
    "AmbientCapabilities=": "empty is the default; and none is to be had, as CapabilityBoundingSet= is empty",
    "DeviceAllow=char-136 rw": "DevicePolicy=closed lets ptys be opened in any case",
}
# How the daemon is run, not what it may do.
NO_SANDBOX = {"Type", "ExecStart", "ExecReload", "Restart", "RestartSec", "RestartPreventExitStatus", "TimeoutStopSec",
              "WatchdogSec", "FileDescriptorStoreMax"}
