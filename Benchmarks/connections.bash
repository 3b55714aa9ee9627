# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# Idle connections of an async connection handler, an echo server: what each
# takes of a child's memory, and how soon it is answered.

crowd=.build/bench/crowd

measure_connections() {
    configuration=Benchmarks/connections.conf.in
    tool=()
    if [ Benchmarks/crowd/crowd.c -nt "$crowd" ]; then
        gcc -std=gnu11 -O2 -Wall -Wextra -o "$crowd" Benchmarks/crowd/crowd.c
    fi
    cp -r Benchmarks/connections "$root/connections"
    chmod -R a+rX "$root/connections"
    measure_crowd Event 10000
    measure_crowd Worker 1000
    cat <<END
# Idle connections

An echo server, an async connection handler, in one child. The connections are open
and have been answered once. Memory is the growth of the child's private memory
(Private_Dirty) from the first connection on, for each. A round is one line on every connection
at once, until all are answered; single lines are sent on one idle connection after the
other. Every echo is compared.

| MPM | connections | threads | KB for each | a round, ms | a single line, µs, median | longest |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
$(row_of_crowd Event)
$(row_of_crowd Worker)

END
    check_gate "An idle connection of event takes at most 16 KB" "$(crowd_figure Event 4)" 16
}

# measure_crowd MPM CONNECTIONS: "MPM CONNECTIONS THREADS KB ROUND MEDIAN LONGEST" in
# $root/crowd.MPM
measure_crowd() {
    local child before after threads round singles
    say "Measuring $2 connections under ${1@L} …"
    raise_open_files
    start_server -DFOREGROUND -D "$1"
    child=$(child_of_crowd)
    coproc CROWD { "$crowd" 1 "$port"; }
    tell_crowd open >/dev/null # the handler is compiled and loaded
    end_crowd
    sleep 1
    before=$(dirty_memory "$child")
    coproc CROWD { "$crowd" "$2" "$port"; }
    tell_crowd open >/dev/null
    sleep 1
    after=$(dirty_memory "$child")
    threads=$(sed -n 's/^Threads:\t//p' "/proc/$child/status")
    tell_crowd round >/dev/null
    round=$(tell_crowd round)
    singles=$(tell_crowd single)
    end_crowd
    # event may crash when it is stopped while workers close connections.
    wait_for 60 is_alone "$child" || fail "httpd still had connections a minute after their end"
    stop_server
    awk -v mpm="${1@L}" -v n="$2" -v threads="$threads" -v kb="$((after - before))" \
        -v round="$round" -v singles="$singles" \
        'BEGIN { printf "%s %d %d %.1f %s %s\n", mpm, n, threads, kb / n, round, singles }' \
        >"$root/crowd.$1"
}

raise_open_files() {
    ulimit -n "$(ulimit -Hn)"
    [ "$(ulimit -n)" -gt 11000 ] || fail "10,000 connections need more open files than $(ulimit -n)"
}

# The child that has the threads.
child_of_crowd() {
    wait_for 20 pgrep -P "$serving" >/dev/null || fail "httpd started no child"
    pgrep -P "$serving" | head -n 1
}

# tell_crowd ORDER: its answer
tell_crowd() {
    local answer
    echo "$1" >&"${CROWD[1]}"
    read -r -t 300 answer <&"${CROWD[0]}" || server_failed "did not answer the crowd"
    echo "$answer"
}

end_crowd() {
    local id=$CROWD_PID write=${CROWD[1]}
    exec {write}>&-
    wait "$id" || server_failed "lost what the crowd sent"
}

is_alone() { [ "$(find "/proc/$1/fd" -lname 'socket:*' | wc -l)" -lt 10 ]; }

dirty_memory() { sed -n 's/^Private_Dirty: *\([0-9]*\) kB$/\1/p' "/proc/$1/smaps_rollup"; }

crowd_figure() { cut -d ' ' -f "$2" "$root/crowd.$1"; }

row_of_crowd() {
    local mpm n threads kb round median longest
    read -r mpm n threads kb round median longest <"$root/crowd.$1"
    echo "| $mpm | $(grouped "$n") | $threads | $kb | $(grouped "$round") | $(grouped "$median") | $(grouped "$longest") |"
}
