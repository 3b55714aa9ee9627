# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# How many instructions the hello handler takes for a request, over the same
# handler as a module in C: counted by callgrind, so load does not matter.

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
    check_gate "Swift takes at most 1,500 instructions more than C" $((swift - c)) 1500
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
    per_request Swift | awk -F '\t' '
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
        per_request "$handler" >"$root/profile.$handler"
    done
    profile_of Swift C
    echo
    profile_of AutoReload Swift
}

# profile_of NAME OTHER
profile_of() {
    echo "By library: $1, $2, difference (instructions per request)"
    compare self "$@" | by_library | largest 20
    echo
    echo "By function, without what it calls: $1, $2, difference"
    compare self "$@" | largest 45 | demangled
    echo
    echo "By function, with what it calls, where that is mostly the difference: $1, $2, difference"
    compare inclusive "$@" | awk -F '\t' '$3 <= 3 * $1' | largest 45 | demangled
}

# per_request HANDLER: "self<TAB>inclusive<TAB>function [library]".
per_request() {
    awk -f Benchmarks/callgrind.awk "$run/$1.$short_run" >"$root/short"
    awk -f Benchmarks/callgrind.awk "$run/$1.$long_run" |
        awk -F '\t' -v n=$((long_run - short_run)) '
            FNR == NR { self[$3] = $1; inclusive[$3] = $2; next }
            { printf "%.1f\t%.1f\t%s\n", ($1 - self[$3]) / n, ($2 - inclusive[$3]) / n, $3 }' \
            "$root/short" -
}

# compare self|inclusive NAME OTHER: "difference<TAB>of NAME<TAB>of OTHER<TAB>name", largest first.
compare() {
    awk -F '\t' -v column="$([ "$1" = self ] && echo 1 || echo 2)" '
        FNR == NR { other[$3] = $column; all[$3]; next }
        { its[$3] = $column; all[$3] }
        END { for (name in all) if (other[name] >= 0.5 || its[name] >= 0.5)
            printf "%.1f\t%.1f\t%.1f\t%s\n", its[name] - other[name], its[name], other[name], name }' \
        "$root/profile.$3" "$root/profile.$2" | largest_first
}

by_library() {
    awk -F '\t' '
        { library = $4; sub(/.*\[/, "", library); sub(/\]$/, "", library)
          difference[library] += $1; swift[library] += $2; c[library] += $3 }
        END { for (library in swift)
            printf "%.1f\t%.1f\t%.1f\t%s\n", difference[library], swift[library], c[library], library }' |
        largest_first
}

largest_first() { sort -t "$(printf '\t')" -k 1,1gr -k 4; }

# The first lines. Not head: it would end sort by a signal.
largest() {
    awk -F '\t' -v lines="$1" \
        'NR <= lines { printf "%9.1f %9.1f %9.1f  %s\n", $2, $3, $1, $4 }'
}

demangled() {
    local demangler
    demangler=$(value TOOLCHAIN)/bin/swift-demangle
    if [ -x "$demangler" ]; then "$demangler" --simplified; else cat; fi
}
