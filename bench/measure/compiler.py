"""How much memory the compiler takes for each file that install.sh compiles, as it does: a Pi Zero has 512 MB."""
import json
import os
import pathlib
import re
import shlex
import subprocess
import tempfile

BAR_MB = 450


def peak_mb(command, folder):
    """Of one compilation: the largest of its processes. One at a time, or it would tell of the children so far."""
    words = [word for word in shlex.split(command)]
    start = next(i for i, word in enumerate(words) if word.rsplit("/", 1)[-1].startswith(("c++", "g++", "clang++")))
    words = words[start:]
    with tempfile.NamedTemporaryFile(suffix=".o") as made:
        words[words.index("-o") + 1] = made.name
        pid = os.posix_spawn("/usr/bin/env", ["env", "-C", folder, *words], os.environ)
        _, status, used = os.wait4(pid, 0)
    if status != 0:
        raise RuntimeError(f"does not compile: {command}")
    return used.ru_maxrss / 1024


def tell(top, most=12):
    frugal = re.search(r"^export DEB_CXXFLAGS_MAINT_APPEND = (.*)$", (top / "debian/rules").read_text(), re.MULTILINE)[1]
    folder = top / "build/frugal"
    subprocess.run(["cmake", "-B", folder, "-DCMAKE_BUILD_TYPE=Release", "-DBUILD_TESTING=OFF", f"-DCMAKE_CXX_FLAGS={frugal}"],
                   cwd=top, check=True, stdout=subprocess.DEVNULL)
    peaks = {}
    for entry in json.loads((folder / "compile_commands.json").read_text()):
        peaks[str(pathlib.Path(entry["file"]).relative_to(top))] = peak_mb(entry["command"], entry["directory"])
    for file in sorted(peaks, key=peaks.get, reverse=True)[:most]:
        print(f"{peaks[file]:6.0f} MB  {file}{'  over the bar' if peaks[file] > BAR_MB else ''}")
    return 1 if max(peaks.values()) > BAR_MB else 0
