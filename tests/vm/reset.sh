#!/bin/bash
# Resetting and flashing through the bridge, in a VM: a board behind a CP2102 whose EN rises in
# 10 ms, and one with USB-Serial-JTAG. How to run it: README.md beside this.
# Exit code: 0 all passed, 1 something failed, 77 there is no QEMU or no rig here.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
RIG_VM=${RIG_VM:-reset}
# shellcheck source-path=SCRIPTDIR source=machine.sh
. "$here/machine.sh"
rounds=${ROUNDS:-3} openings=${OPENINGS:-10} only=${ONLY:-.}
export BOARDS=$work PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
declare -A url usb_port=([E1]=1.2 [S3]=1.3) slot=([E1]=SLOT1 [S3]=SLOT2)
kinds='E1 S3'

"$python" -c 'import serial' 2>/dev/null || skip "no python3-serial (apt-get install python3-serial)"

plug() { # BOARD GUESTPORT: each is plugged when the one before has its port, so that these are known
    "$RIG/vm" plug "$1" "${usb_port[$1]}" --board "$work/$1.sock"
    ok "$1 is served at $2" soon "ss -Hltn sport = :$2 | grep ."
    url[$1]=rfc2217://127.0.0.1:$(forward "$2")
}

check() { # NAME PROGRAM ARGUMENT...
    [[ $1 =~ $only ]] || return 0
    count "$1" "$python" "$here/$2" "${@:3}"
}

# For each board: the program, told the mode, the board, its URL and how often.
each() { # NAME PROGRAM MODE ROUNDS ARGUMENT...
    local board
    for board in $kinds; do
        check "$1, $board" "$2" ${3:+"$3"} "$board" "${url[$board]}" "$4" "${@:5}"
    done
}

# Delays what the guest sends, answers that is, by so many ms.
delay() { guest "tc qdisc replace dev eth0 root netem delay $1ms"; }

usable() { # ESPTOOL: tells what it lacks
    [[ -f $1 ]] || { echo "skipped: no $1"; return 1; }
    "$python" "$1" version >"$work/version" 2>&1 || {
        echo "skipped: $1 does not run: $(tail -n 1 "$work/version")"
        echo "         (apt-get install python3-bitstring python3-cryptography python3-ecdsa python3-yaml" \
            "python3-intelhex python3-click python3-rich-click)"
        return 1
    }
}

find_esptools() {
    tools=()
    [[ -n ${ESPTOOL:-} ]] || echo "skipped: esptool (ESPTOOL='/path/esptool.py ...' names checkouts of it)"
    for tool in ${ESPTOOL:-}; do
        usable "$tool" || continue
        tools+=("$tool")
        version[${#tools[@]}]=$(tail -n 1 "$work/version")
    done
}

with_esptool() { # MODE ROUNDS TEXT
    local i
    for ((i = 1; i <= ${#tools[@]}; i++)); do
        each "esptool ${version[i]} $3" flash_client.py "$1" "$2" "${tools[i - 1]}"
    done
}

check_without_delay() {
    each 'open and close' reset_client.py open_close "$openings"
    each 'open and close, lines off before' reset_client.py open_close_lines_off "$openings"
    each 'SYNC at the first attempt' sync_client.py '' "$rounds"
    each 'reset as idf.py monitor, then reboot' reset_client.py idf_monitor "$rounds"
    each 'reset with DTR first, then reboot' reset_client.py dtr_first "$rounds"
    each 'reset as Arduino, then reboot' reset_client.py arduino "$rounds"
    each 'reset as avrdude, then reboot' reset_client.py avrdude "$rounds"
    with_esptool connect "$rounds" 'connects at the first attempt'
    with_esptool flash 1 'flashes 256 KB at 921600'
}

check_delayed() { # MS
    delay "$1" || { ok "netem delays by $1 ms" false; return; }
    each "SYNC at the first attempt, $1 ms" sync_client.py '' "$rounds"
    each "reset as idf.py monitor, then reboot, $1 ms" reset_client.py idf_monitor "$rounds"
    with_esptool connect "$rounds" "connects at the first attempt, $1 ms"
}

# Later than esptool waits by itself for the answer to SYNC.
check_far_away() {
    delay 150 || { ok 'netem delays by 150 ms' false; return; }
    printf '[esptool]\nsync_timeout = 1.0\n' >"$work/esptool.cfg"
    each 'SYNC at the first attempt, 150 ms, with 1 s to answer' sync_client.py '' "$rounds" 1.0
    with_esptool enter "$rounds" 'enters the bootloader, 150 ms'
    export ESPTOOL_CFGFILE=$work/esptool.cfg
    with_esptool connect $((rounds < 5 ? rounds : 5)) 'with sync_timeout = 1.0 connects at the first attempt, 150 ms'
    unset ESPTOOL_CFGFILE
}

check_settings() {
    check 'all settings, lines, break, inputs and purge, by four kinds of URL, E1' settings_client.py \
        E1 "${url[E1]}" "$("$RIG/vm" tty "${usb_port[E1]}")"
}

check_on_the_pi() {
    local board
    for board in $kinds; do
        check "the verbs bootloader and reset, $board" verb_client.py "$board" "${url[$board]}" "${slot[$board]}" "$rounds"
        check "bridged is killed and restarted, and the board sees nothing, $board" restart_client.py "$board" "${url[$board]}" "$rounds"
        check "a client outlives a replug, $board" replug_client.py "$board" "${url[$board]}" \
            "${usb_port[$board]}" "$rounds"
    done
}

declare -a tools version
find_esptools
prepare E1=esp32,tick=0.2 S3=esp32s3,tick=0.2
ok 'the target starts' guest 'timeout 120 systemctl enable --now rfc2217.target'
plug E1 4001
plug S3 4002
check_without_delay
check_settings
check_on_the_pi
ok 'netem is there' guest 'modprobe sch_netem && tc qdisc show dev eth0'
for ms in 20 80; do check_delayed "$ms"; done
check_far_away
ok 'the daemons lived through it' guest 'for u in hotplug logger portal; do
    test "$(systemctl show -P NRestarts rfc2217-$u)" = 0 && systemctl is-active rfc2217-$u || exit 1; done'
((failed == 0)) || guest 'journalctl -b -o short-precise -u "rfc2217-*" --no-pager | tail -n 60'
summary
