# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# What it costs to load a session, change it and save it, over the same file operations in C, and over a
# handler that does nothing.

few_sessions=300 more_sessions=900

measure_sessions() {
    local what
    scripts/prepare valgrind libc6-dbg strace >&2
    configuration=Benchmarks/sessions.conf.in
    build_module mod_sessions_c
    cp .build/bench/mod_sessions_c/.libs/mod_sessions_c.so "$root/"
    cp -r Benchmarks/sessions "$root/sessions"
    chmod -R a+rX "$root/sessions" "$root/mod_sessions_c.so"
    begin_session
    for what in C.none C.read C.count Swift.none Swift.read Swift.count; do
        count_session "${what%.*}" "${what#*.}"
    done
    begin_session -D DBM
    for what in read count; do count_session Swift "$what" -D DBM; done
    report_sessions
}

report_sessions() {
    local c swift dbm
    c=$(session_figure C count) swift=$(session_figure Swift count) dbm=$(session_figure Swift count.DBM)
    cat <<END
# Sessions: instructions and system calls per request

What httpd -X (prefork, keep-alive) executes in user space for one request, counted by
$(valgrind --version) --tool=callgrind: the difference of runs of $few_sessions and $more_sessions requests, divided; and
the system calls of the serving process, by strace -c in the same way. *read* opens the session
without its lock and reads a number; *count* locks, loads, adds one, saves. The handler in C does
the same file operations: a lock on a byte of a file, read, write, rename. mod_headers adds the cookie to each request.

| | C | Swift, default store | Swift, DBM |
| --- | ---: | ---: | ---: |
| nothing | $(grouped "$(session_figure C none)") | $(grouped "$(session_figure Swift none)") | |
| read | $(grouped "$(session_figure C read)") | $(grouped "$(session_figure Swift read)") | $(grouped "$(session_figure Swift read.DBM)") |
| count | $(grouped "$c") | $(grouped "$swift") | $(grouped "$dbm") |
| count, system calls | $(<"$run/calls.C.count") | $(<"$run/calls.Swift.count") | $(<"$run/calls.Swift.count.DBM") |

END
    check_gate "count on the default store takes at most 1.5 times what C takes ($(awk -v a="$swift" -v b="$c" 'BEGIN { printf "%.2f", a / b }'))" "$swift" $((c * 3 / 2))
}

# begin_session FLAG …: a session in the store, and the same in C's.
begin_session() {
    local id
    tool=()
    start_server -X -D Swift "$@"
    id=$(curl -qsS -m 120 "http://127.0.0.1:$port/hello/x.begin")
    stop_server
    [[ $id =~ ^[0-9a-f]{32}$ ]] || server_failed "gave no session: $id"
    echo "RequestHeader set Cookie \"id=$id\" early" >"$root/cookie.conf"
    mkdir -p "$run/c"
    echo 1 >"$run/c/$id"
    [ ${#account[@]} = 0 ] || chown -R "$user" "$run/c"
}

# count_session C|Swift WHAT FLAG …
count_session() {
    local name=$1.$2${3:+.DBM} what=$2 requests
    say "Counting $name …"
    hello=/hello/x.$what
    for requests in "$few_sessions" "$more_sessions"; do
        tool=(valgrind -q --tool=callgrind --vgdb=no "--callgrind-out-file=$run/$name.$requests")
        start_server -X -D Client -D "$1" "${@:3}"
        request -n "$requests" -w "$serving"
        stop_server
        tool=(strace -f -c -o "$run/strace.$name.$requests")
        start_server -X -D Client -D "$1" "${@:3}"
        request -n "$requests" -w "$serving"
        stop_server
    done
    difference_per "$(total_calls "$name.$few_sessions")" "$(total_calls "$name.$more_sessions")" \
        $((more_sessions - few_sessions)) %.1f >"$run/calls.$name"
    hello=/hello/x.do
}

# The columns: share, seconds, µs a call, calls, errors if any, name.
total_calls() { awk '$NF == "total" { print $4 }' "$run/strace.$1"; }

session_figure() { # C|Swift WHAT
    difference_per "$(sed -n 's/^summary: //p' "$run/$1.$2.$few_sessions")" \
        "$(sed -n 's/^summary: //p' "$run/$1.$2.$more_sessions")" $((more_sessions - few_sessions))
}
