"""Cases: removed, purged, and installed again."""
from hotplug.lab import SLOTS_FILE, expect

ACCOUNTS = "getent passwd | grep rfc2217; getent group | grep rfc2217; true"
PROCESSES = "pgrep -a -f /usr/libexec/rfc2217 | grep -v pgrep; true"


def removed(bench):
    """apt remove ends all of it, and keeps what was configured and logged"""
    bench.disconnect()
    kept = bench.slots_file()
    bench.apt("remove", "rfc2217")
    running = bench.shell.run(PROCESSES)
    expect("libexec/rfc2217/" not in running.replace("sh -c", ""), f"still there: {running}")
    expect(not bench.in_run(), f"left: {sorted(bench.in_run())}")
    expect(bench.slots_file() == kept, f"{SLOTS_FILE} is another one")


def came_back(bench):
    """Installed again after a removal: as it was"""
    bench.install()
    bench.connect()
    bench.settled()
    bench.echo(4001, "after the removal")


def purged(bench):
    """apt purge leaves nothing but the logs, which are root's then, and says that"""
    bench.disconnect()
    said = bench.apt("purge", "rfc2217")
    expect("the logs in /var/log/serial are kept" in said, f"it does not say that logs are kept: {said[-1000:]}")
    left = bench.paths() - bench.before
    expect(not left, f"left: {sorted(left)[:30]}")
    accounts = bench.shell.run(ACCOUNTS)
    expect(not accounts, f"accounts are left: {accounts}")
    owners = set(bench.shell.run("find /var/log/serial -printf '%u:%g\\n'").split())
    expect(owners == {"root:adm"}, f"the logs are {owners}")


def logs_again(bench):
    """Installed after a purge: the first port for the board again, and its log goes on"""
    bench.install()
    bench.connect()
    bench.until_state("1.2", "idle")
    bench.echo(4001, "after the purge")
    bench.logged("A: echo: after the install")
    bench.logged("A: echo: after the purge")


CASES = [removed, came_back, purged, logs_again]
