# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# How many instructions the hello handler takes for a request, over the same
# handler as a module in C: counted by callgrind, so load does not matter.

# shellcheck source=Benchmarks/profile.bash
. Benchmarks/profile.bash

short_run=2000 long_run=4000

measure_hello_instructions() {
    local handler c swift reload guard
    scripts/prepare valgrind libc6-dbg >&2
    for handler in C Swift AutoReload; do
        say "Counting the instructions of the $handler handler …"
        count_instructions "$handler" "$short_run"
        count_instructions "$handler" "$long_run"
    done
    c=$(instructions C) swift=$(instructions Swift) reload=$(instructions AutoReload)
    guard=$(guard_instructions)
    cat <<END
# Hello: instructions per request

What httpd -X (prefork, keep-alive) executes in user space for one request to
the hello handler, counted by $(valgrind --version) --tool=callgrind: the difference
of runs of $(grouped "$short_run") and $(grouped "$long_run") requests, divided. Every answer was read and
compared. No access log.

| handler | instructions | over C |
| --- | ---: | ---: |
| C | $(grouped "$c") | |
| Swift, SwiftAutoReload Off | $(grouped "$swift") | $(grouped $((swift - c))) |
| of these, the trap guard | $guard | |
| Swift, SwiftAutoReload On | $(grouped "$reload") | $(grouped $((reload - c))) |
| of these, the look at the source | $(grouped $((reload - swift))) | |

END
    check_gate "Swift takes at most 1,000 instructions more than C" $((swift - c)) 1000
    check_gate "SwiftAutoReload On takes at most 250 more" $((reload - swift)) 250
    check_gate "The trap guard takes at most 150 of them" "$guard" 150
}

# count_instructions HANDLER REQUESTS: callgrind's figures in $run/HANDLER.REQUESTS
count_instructions() {
    local flags=(-D "$1")
    [ "$1" != AutoReload ] || flags=(-D Swift -D AutoReload)
    tool=(valgrind -q --tool=callgrind --vgdb=no "--callgrind-out-file=$run/$1.$2")
    start_server -X -D Prefork "${flags[@]}"
    request -n "$2" -w "$serving"
    stop_server
}

# What entering and leaving the guard executes, without the handler.
guard_instructions() {
    functions_of Swift | awk -F '\t' '
        $3 ~ /msw_guard_call|9TrapGuard|sigsetjmp|sigjmp_save/ { sum += $1 }
        END { printf "%.0f\n", sum }'
}

instructions() {
    difference_per "$(summary "$run/$1.$short_run")" "$(summary "$run/$1.$long_run")" \
        $((long_run - short_run))
}

summary() { sed -n 's/^summary: //p' "$1"; }

# ---- Where they go (--profile) ----------------------------------------------

profile_hello_instructions() {
    local handler
    for handler in C Swift AutoReload; do
        functions_of "$handler" >"$root/profile.$handler"
    done
    profile_of Swift C
    echo
    profile_of AutoReload Swift
}

functions_of() { # HANDLER
    per_request "$run/$1.$short_run" "$run/$1.$long_run" $((long_run - short_run))
}
