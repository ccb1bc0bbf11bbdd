#!/bin/bash
# Installs what `cmake --install` gives into a bare Debian 12 VM (real kernel, udev, systemd)
# and plugs emulated boards in and out. How to run it: README.md beside this.
# Exit code: 0 all passed, 1 something failed, 77 there is no QEMU or no rig here.
# shellcheck disable=SC2016  # what stands in single quotes is for the guest's shell
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
RIG_VM=${RIG_VM:-first-light}
# shellcheck source-path=SCRIPTDIR source=machine.sh
. "$here/machine.sh"
units='rfc2217-hotplug rfc2217-bridge rfc2217-logger rfc2217-portal'

device() { # PORT: what the snapshot says of the connector
    guest 'python3 /root/bus.py snapshot' | grep -F "\"slot_key\": \"$id_path:$1:1.0\""
}
owner_and_mode() { # PATH WANTED
    [[ $(guest "stat -c '%U:%G %a' $1") == "$2" ]] || { guest "ls -ld $1"; return 1; }
}

check_system() {
    ok 'only programs, units, rules and data are installed' \
        test -z "$(cd "$work/tree" && find . -type f ! -path './usr/*')"
    ok 'systemd finds no fault in the units' guest \
        'out=$(systemd-analyze verify /usr/lib/systemd/system/rfc2217* 2>&1); echo "$out"; ! grep rfc2217 <<<"$out"'
    ok 'the folder of the sockets' owner_and_mode /run/rfc2217 'root:rfc2217 3770'
    ok 'the folder of the logs' owner_and_mode /var/log/serial 'rfc2217-logger:adm 2750'
    ok 'the folder of the configuration' owner_and_mode /etc/rfc2217 'root:rfc2217-bridge 1775'
    ok 'slots.json is bridged'\''s' owner_and_mode /etc/rfc2217/slots.json 'rfc2217-bridge:rfc2217-bridge 644'
    ok 'only bridged is in dialout' guest 'test "$(getent group dialout | cut -d: -f4)" = rfc2217-bridge'
    ok 'the target starts' guest 'timeout 120 systemctl enable --now rfc2217.target'
    for unit in $units; do ok "$unit is active" soon "systemctl is-active $unit"; done
    guest 'systemd-run -q --unit=watch --collect sh -c "python3 /root/bus.py watch >/root/events"'
    ok 'hotplugd beats' soon 'grep -F heartbeat/ /root/events'
}

check_plugging() {
    "$RIG/vm" plug E1 1.2 --board "$work/E1.sock"
    ok 'a board at 1.2 is announced with its ID_PATH' \
        soon "grep -F 'device.added/' /root/events | grep -F '$id_path:1.2:1.0'"
    ok 'it is in the snapshot, by name' grep -E '10c4.*ea60.*CP2102' <(device 1.2)
    ok 'it got port 4001, and slots.json says so' soon \
        "grep -F '$id_path:1.2:1.0' /etc/rfc2217/slots.json | grep 4001"
    ok 'the port is open' soon 'ss -Hltn sport = :4001 | grep .'
    ok 'a client with a bare URL gets its echo' guest \
        'python3 /root/echo.py rfc2217://127.0.0.1:4001 | tee /dev/stderr | grep -x echoed'
    ok 'the portal shows it' soon 'curl -fsS http://127.0.0.1:8080/api/devices | grep -F 4001'
    ok 'the log has its lines' soon 'grep -hF "[RX]" /var/log/serial/CP2102*.log | grep -F echo'
    "$RIG/vm" unplug E1
    ok 'unplugged, it is announced as removed' \
        soon "grep -F 'device.removed/' /root/events | grep -F '$id_path:1.2:1.0'"
    ok 'and is no longer in the snapshot' soon \
        "! python3 /root/bus.py snapshot | grep -F '$id_path:1.2:1.0'"
    "$RIG/vm" plug F1 1.3 --ftdi
    ok 'an FT232 at 1.3 gets port 4002' soon 'ss -Hltn sport = :4002 | grep .'
    "$RIG/vm" plug E1 1.2 --board "$work/E1.sock"
    ok 'the board back at 1.2 has port 4001 again' soon 'ss -Hltn sport = :4001 | grep .'
    ok 'though its tty has another name' grep -F /dev/ttyUSB1 <(device 1.2)
}

check_healing() {
    for unit in $units; do
        guest "systemctl kill -s KILL $unit"
        ok "$unit, killed, comes back" soon \
            "systemctl is-active $unit && test \$(systemctl show -P NRestarts $unit) = 1"
    done
    ok 'both boards are known again' soon 'test $(python3 /root/bus.py snapshot | wc -l) = 2'
    ok 'and served' soon 'ss -Hltn | grep :4001 && ss -Hltn | grep :4002'
    ok 'a notify cannot name any file' guest \
        'python3 /root/bus.py notify add key /dev/vda | tee /dev/stderr | grep -F denied'
    ok 'a notify does not double what udev sees' guest \
        "python3 /root/bus.py notify add $id_path:1.3:1.0 /dev/ttyUSB0 | tee /dev/stderr | grep -F '\"accepted\": false'"
    ok 'no system call or device was refused to the daemons' guest \
        '! journalctl -b -o cat -u "rfc2217-*" | grep -iE "permission denied|not permitted|SIGSYS"'
    ok 'the target stops all of them' guest \
        "systemctl stop rfc2217.target; for u in $units; do ! systemctl is-active \$u || exit 1; done"
    ok 'none of them failed' guest '! systemctl --failed --plain | grep rfc2217'
}

prepare E1=esp32,tick=0.2
check_system
check_plugging
check_healing
((failed == 0)) || guest 'journalctl -b -o short-precise -u "rfc2217-*" --no-pager | tail -n 80'
summary
