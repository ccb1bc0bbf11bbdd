# shellcheck shell=bash disable=SC2154
# Sourced by the scripts here: one line a check, and the count at the end. Needs $work, a
# scratch folder, and $RIG.
passed=0 failed=0

ok() { # NAME COMMAND...
    local name=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        passed=$((passed + 1))
        echo "ok    $name"
    else
        failed=$((failed + 1))
        echo "FAIL  $name"
        tail -n 20 "$work/out" | sed 's/^/      /'
    fi
}

# The same for a command that tries something N times: its last line, "19 of 20", is shown.
count() { # NAME COMMAND...
    local name=$1 verdict=ok start=$SECONDS
    shift
    if "$@" >"$work/out" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        verdict=FAIL
    fi
    printf '%-5s %s: %s (%d s)\n' "$verdict" "$name" "$(tail -n 1 "$work/out")" $((SECONDS - start))
    [[ $verdict == ok ]] || tail -n 20 "$work/out" | sed '$d; s/^/      /'
}

guest() { "$RIG/vm" ssh "$1"; }

# Tries a command in the guest until it succeeds; after 30 s shows what it said last.
soon() {
    guest "for i in \$(seq 300); do out=\$( { $1; } 2>&1 ) && exit 0; sleep 0.1; done; echo \"\$out\"; exit 1"
}

summary() {
    echo "$passed passed, $failed failed"
    ((failed == 0))
}
