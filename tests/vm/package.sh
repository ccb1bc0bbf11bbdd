#!/bin/bash
# The Debian package, in a Debian 12 VM that has nothing of ours: installed, used, upgraded, removed, purged, and put in the
# place of the Python portal.   How to run it, and the variables: README.md beside this.
# Exit code: 0 all passed; anything else: not, or it could not be tried.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

began=$EPOCHSECONDS
if [[ -z ${PACKAGE:-} ]]; then
    "$root/scripts/install-deps" vm
    mkdir -p "$root/build"
    echo "building the package"
    "$root/scripts/package" >"$root/build/package.log" 2>&1 || { tail -n 30 "$root/build/package.log"; exit 1; }
    PACKAGE=$root/dist/rfc2217_$(dpkg-parsechangelog -l "$root/debian/changelog" -S Version)_amd64.deb
fi
PACKAGE=$(realpath "$PACKAGE")
image=$("$here/image/build")
cd "$here"
# From here on one process, which ends what it starts.
exec /usr/bin/python3 -B -m package.run --image "$image" --package "$PACKAGE" --began "$began"
