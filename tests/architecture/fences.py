#!/usr/bin/python3
"""Holds the source tree against ARCHITECTURE.md: who may include what, and how long a file may be."""
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
LONGEST = 300
SOURCE = {".cpp", ".hpp", ".js", ".css", ".py", ".sh", ".html", ""}

# folder -> what its files may include in quotes
LIBS = {
    "contract": {"contract"},
    "telnet": {"telnet"},
    "loop": {"loop"},
    "serial": {"serial", "loop"},
    "daemonkit": {"daemonkit", "contract", "loop"},
    "bus": {"bus", "contract", "loop"},
}
COMMAND = {"commandkit", "contract", "bus", "daemonkit", "loop"}
TOOLS = {
    "boardsim": {"boardsim", "loop"},
    "commandkit": COMMAND,
    "learn_slots": COMMAND | {"learn_slots"},
    "ctl": COMMAND | {"ctl", "telnet"},
    "slot_link": {"slot_link", "contract"},
}
# header pattern -> files that alone may include it
FENCES = {
    r"zmq(_addon)?\.h(pp)?": r"libs/bus/.*|(services|tools)/\w+/main\.cpp|examples/.*",
    r"libudev\.h": r"services/hotplugd/udev\w*\.[ch]pp",
    r"(civetweb\.h|CivetServer\.h)": r"services/portald/(web_server|live_feed)\w*\.[ch]pp",
    r"boost/asio.*": r"libs/loop/asio(_ssl)?\.[ch]pp",
    r"zstd\w*\.h": r"services/loggerd/zstd_\w+\.cpp",
    r"curl/.*": r"services/portald/webhooks\.cpp|tools/ctl/http_client\.cpp",
    r"openssl/.*": r"(services/portald/(tokens|tls_\w+)|tools/ctl/self_signed)\.cpp",
    r"systemd/sd-bus\.h": r"services/portald/mdns_\w+\.[ch]pp",
    r"boost/asio/ssl.*": r"libs/loop/asio_ssl\.[ch]pp",
    r"prometheus/.*": r"services/portald/metrics\.cpp",
    r"asm/termbits\.h": r"libs/serial/line_discipline\.cpp|tools/ctl/pty_line\.cpp",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def allowed_folders(path):
    place, folder = path.split("/")[:2]
    if place == "libs":
        return LIBS.get(folder, set())
    if place == "services":
        return {folder} | set(LIBS)
    return TOOLS.get(folder, set()) if place == "tools" else None


def faults(path, text):
    """What is wrong with a file, as messages."""
    lines = text.count("\n")
    if lines > LONGEST:
        yield f"{path}: {lines} lines, more than {LONGEST}: it has more than one job"
    if path.startswith("tests/") or not path.endswith((".cpp", ".hpp")):
        return
    allowed = allowed_folders(path)
    for kind, header in INCLUDE.findall(text):
        for pattern, places in FENCES.items():
            if re.fullmatch(pattern, header) and not re.fullmatch(places, path):
                yield f"{path}: includes <{header}>, which only {places} may"
        if kind == '"' and allowed is not None and header.split("/")[0] not in allowed:
            yield f'{path}: includes "{header}"; it may use only {", ".join(sorted(allowed))}'


def self_test():
    """The test can fail: each rule, broken once."""
    for path, text in [
        ("services/bridged/a.cpp", '#include "loggerd/b.hpp"\n'),
        ("services/bridged/a.cpp", "#include <zmq.hpp>\n"),
        ("services/loggerd/a.cpp", "#include <libudev.h>\n"),
        ("services/loggerd/compression.cpp", "#include <zstd.h>\n"),
        ("services/portald/api.cpp", "#include <CivetServer.h>\n"),
        ("libs/telnet/a.hpp", '#include "contract/json.hpp"\n'),
        ("libs/bus/a.cpp", "#include <boost/asio/post.hpp>\n"),
        ("services/portald/web/app.js", "\n" * (LONGEST + 1)),
    ]:
        assert list(faults(path, text)), f"not noticed: {path}: {text.strip()[:60]}"


def main():
    self_test()
    listed = subprocess.run(["git", "-c", f"safe.directory={TOP}", "ls-files", "-co", "--exclude-standard"],
                            cwd=TOP, capture_output=True, text=True, check=True).stdout.split("\n")
    files = [f for f in listed if f and pathlib.Path(f).suffix in SOURCE
             and f.startswith(("libs/", "services/", "tools/", "tests/", "scripts/", "bench/", "examples/"))
             and not f.startswith("tests/golden/") and (TOP / f).is_file() and "corpus" not in f]
    assert files, "no source files found"
    found = [fault for f in files for fault in faults(f, (TOP / f).read_text(errors="replace"))]
    print("\n".join(found) or f"{len(files)} files keep the fences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
