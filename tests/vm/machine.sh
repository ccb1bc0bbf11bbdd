# shellcheck shell=bash disable=SC2154
# Sourced by the scripts here: a VM with our programs in it, and emulated boards to plug. Needs
# $here and $RIG_VM; makes $root, $build and $work, a scratch folder in which the boards' sockets are.
root=$(cd "$here/../.." && pwd)
export RIG=${RIG:-$root/../shared/rig} RIG_DIR=${RIG_DIR:-/tmp/rig} RIG_VM
# What the daemons are linked with and the image of the rig has not.
export RIG_EXTRA_PACKAGES=${RIG_EXTRA_PACKAGES:-libzstd1 libre2-9 libcurl4 libprometheus-cpp-core1.0}
build=${BUILD:-$root/build/release}
id_path=pci-0000:00:04.0-usb-0
boards=

skip() {
    echo "skipped: $*"
    exit 77
}

finish() {
    [[ -n ${KEEP:-} ]] || "$RIG/vm" kill >/dev/null 2>&1
    [[ -n $boards ]] && kill "$boards" 2>/dev/null
    rm -rf "$work"
}

command -v qemu-system-x86_64 >/dev/null || skip "no qemu-system-x86_64 (apt-get install qemu-system-x86)"
[[ -x $RIG/vm ]] || skip "no rig at $RIG (set RIG to its folder)"
work=$(mktemp -d "/tmp/$RIG_VM.XXXXXX")
trap finish EXIT
# shellcheck source-path=SCRIPTDIR source=checks.sh
. "$here/checks.sh"

build_and_pack() {
    if [[ -z ${NO_BUILD:-} ]]; then
        (cd "$root" && cmake --preset release -B "$build" && cmake --build "$build") || return 1
    fi
    DESTDIR=$work/tree cmake --install "$build" --prefix /usr --strip &&
        tar -C "$work/tree" -czf "$work/rfc2217.tar.gz" .
}

start_vm() { # BOARD... as esp32_boards.py serves them
    "$RIG/build-image" || return 1
    "$RIG/esp32_boards.py" --dir "$work" serve "$@" >"$work/boards.log" 2>&1 &
    boards=$!
    "$RIG/vm" start
}

install_in_guest() {
    "$RIG/vm" push "$work/rfc2217.tar.gz" "$here"/guest/*.py /root/ &&
        guest 'tar -C / --no-same-owner -xzf /root/rfc2217.tar.gz && systemd-sysusers &&
               systemd-tmpfiles --create && systemctl daemon-reload && udevadm control --reload'
}

# Makes a port of the guest reachable from here, and prints which one it is here.
forward() { # GUESTPORT
    local port
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    "$RIG/vm" fwd "$port:$1" >&2 && echo "$port"
}

# Builds, starts the VM with these boards waiting to be plugged, and installs.
prepare() { # BOARD...
    build_and_pack >"$work/build.log" 2>&1 || { tail -n 30 "$work/build.log"; exit 1; }
    start_vm "$@" || exit 1
    install_in_guest || exit 1
}
