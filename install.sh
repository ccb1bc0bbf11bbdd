#!/bin/bash
# On a Raspberry Pi with Raspberry Pi OS, or any other Debian, bookworm or later: builds the package from this source and
# installs it. It takes 20 minutes on a Pi 4, hours on a Pi Zero.
#   ./install.sh               as root, or as a user who may sudo
#   ./install.sh --uninstall   removes it; configuration and logs stay
set -euo pipefail
cd "$(dirname "$0")"

refuse() {
    echo "install.sh: $*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q "$@"; }

check_rights() {
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null || refuse "run it as root; there is no sudo here"
}

check_system() {
    local version=
    command -v apt-get >/dev/null ||
        refuse "this is no Debian or Raspberry Pi OS; docs/install.md says how to build without a package"
    [ -d /run/systemd/system ] || refuse "systemd does not run here, and the daemons are its services (in a container: docs/slots.md)"
    # shellcheck source=/dev/null
    version=$(. /etc/os-release && echo "${VERSION_ID:-}")
    case ${version%%.*} in
    [1-9] | 10 | 11) refuse "this is Debian $version; it needs 12 (bookworm) or later" ;;
    esac
}

megabytes() { # OF.. sums these fields of /proc/meminfo
    awk -v wanted=" $* " '{ sub(":", "", $1) } index(wanted, " " $1 " ") { sum += $2 } END { print int(sum / 1024) }' /proc/meminfo
}

# The largest file takes the compiler 450 MB where pointers have 64 bits (scripts/bench --compiler), and less where they have
# 32, as on a Pi Zero.
check_room() {
    local have need free
    have=$(megabytes MemTotal SwapTotal)
    need=$([ "$(getconf LONG_BIT)" = 32 ] && echo 400 || echo 600)
    [ "$have" -ge "$need" ] ||
        refuse "$have MB of memory and swap are too little for the compiler; it needs $need (CONF_SWAPSIZE in /etc/dphys-swapfile)"
    free=$(df --output=avail -BM . | tail -n 1 | tr -dc 0-9)
    [ "$free" -ge 1500 ] || refuse "$free MB are free on this disk; the build needs 1500"
}

at_once() {
    local fit=$(($(megabytes MemTotal) / 1000)) cores
    cores=$(nproc)
    if [ "$fit" -lt 1 ]; then echo 1; elif [ "$fit" -lt "$cores" ]; then echo "$fit"; else echo "$cores"; fi
}

build() {
    echo "== what the build needs"
    apt_get update
    apt_get install --no-install-recommends dpkg-dev
    apt_get build-dep --no-install-recommends -P nocheck "$PWD"
    command -v npm >/dev/null || echo "no npm here: the consoles of the page will be plain text (with xterm.js: apt-get install npm, and again)"
    echo "== building, $(at_once) at a time"
    # Without debug information the compiler needs half the memory: debian/rules.
    # Another Debian's lintian may know better, which is no reason not to install.
    DEB_BUILD_OPTIONS="nocheck noautodbgsym parallel=$(at_once)" scripts/package
}

case ${1:-} in
'')
    check_rights
    check_system
    check_room
    build
    echo "== installing"
    apt_get install "$PWD/dist/rfc2217_$(dpkg-parsechangelog -S Version)_$(dpkg --print-architecture).deb"
    echo "Plug in a board, and see the page. docs/install.md says what comes next."
    ;;
--uninstall)
    check_rights
    dpkg-query -W -f '${db:Status-Status}\n' rfc2217 2>/dev/null | grep -qx installed || refuse "the package rfc2217 is not installed"
    apt_get remove rfc2217
    echo "Removed. /etc/rfc2217, /var/lib/rfc2217 and the logs are kept; apt-get purge rfc2217 removes all but the logs."
    ;;
*) sed -n '2,5s/^# \?//p' "$0" >&2; exit 2 ;;
esac
