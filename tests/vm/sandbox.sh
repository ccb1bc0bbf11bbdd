#!/bin/bash
# What the units forbid is tried in a Debian 12 VM, each line of each unit in its own sandbox: refused with it, and done without
# it.   sandbox.sh [UNIT…]   How to run it, and the variables: README.md beside this.
# Exit code: 0 all passed; anything else: not, or it could not be tried.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${BUILD:-$root/build/release}

began=$EPOCHSECONDS
if [[ -z ${NO_BUILD:-} ]]; then
    "$root/scripts/install-deps" vm
    echo "building the release preset"
    (cd "$root" && cmake --preset release -B "$build" >/dev/null && cmake --build "$build")
fi
command -v qemu-system-x86_64 >/dev/null || {
    echo "no qemu-system-x86_64 here; scripts/install-deps vm" >&2
    exit 1
}
image=$("$here/image/build")
cd "$here"
# From here on one process, which ends what it starts.
exec /usr/bin/python3 -B -m sandbox.run --image "$image" --build "$build" --began "$began" -- "$@"
