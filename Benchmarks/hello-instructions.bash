# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# How many instructions the hello handler takes for a request, over the same
# handler as a module in C: counted by callgrind, so load does not matter.

short_run=2000 long_run=4000

measure_hello_instructions() {
    local handler c swift
    scripts/prepare valgrind libc6-dbg >&2
    for handler in C Swift; do
        say "Counting the instructions of the $handler handler …"
        count_instructions "$handler" "$short_run"
        count_instructions "$handler" "$long_run"
    done
    c=$(instructions C) swift=$(instructions Swift)
    cat <<END
# Hello: instructions per request

What httpd -X (prefork, keep-alive) executes in user space for one request to
the hello handler, counted by $(valgrind --version) --tool=callgrind: the difference
of runs of $(grouped "$short_run") and $(grouped "$long_run") requests, divided. Every answer was read and
compared. SwiftAutoReload Off, no access log.

| handler | instructions | over C |
| --- | ---: | ---: |
| C | $(grouped "$c") | |
| Swift | $(grouped "$swift") | $(grouped $((swift - c))) |

END
    check_gate "Swift takes at most 1,500 instructions more than C" $((swift - c)) 1500
}

# count_instructions HANDLER REQUESTS: callgrind's figures in $run/HANDLER.REQUESTS
count_instructions() {
    tool=(valgrind -q --tool=callgrind --vgdb=no "--callgrind-out-file=$run/$1.$2")
    start_server -X -D Prefork -D "$1"
    request -n "$2" -w "$serving"
    stop_server
}

instructions() {
    difference_per "$(summary "$run/$1.$short_run")" "$(summary "$run/$1.$long_run")" \
        $((long_run - short_run))
}

summary() { sed -n 's/^summary: //p' "$1"; }

# ---- Where they go (--profile) ----------------------------------------------

profile_hello_instructions() {
    say "Reading the profiles …"
    local inclusive handler
    for inclusive in no yes; do
        for handler in C Swift; do
            functions "$handler" "$short_run" "$inclusive" >"$root/functions.short"
            functions "$handler" "$long_run" "$inclusive" >"$root/functions.long"
            per_request >"$root/profile.$handler.$inclusive"
        done
    done
    echo "By library: Swift, C, difference (instructions per request)"
    compare_profiles no | by_library | largest 20
    echo
    echo "By function, without what it calls: Swift, C, difference"
    compare_profiles no | largest 45 | demangled
    echo
    echo "By function, with what it calls, where most of it is the difference: Swift, C, difference"
    compare_profiles yes | awk -F '\t' '$3 <= 3 * $1' | largest 45 | demangled
}

# functions HANDLER REQUESTS INCLUSIVE: "count<TAB>name [library]" for each.
# callgrind_annotate writes "1,234  file:name [library]", with (42x) for the calls
# before the library, and name'2 for the second level of a recursion.
functions() {
    callgrind_annotate --threshold=100 --auto=no --show-percs=no "--inclusive=$3" "$run/$1.$2" |
        sed -n -E -e '/PROGRAM TOTALS/d' -e 's/ \(([0-9]+)x\)//' \
            -e "s/^ *([0-9,]+)  [^ :]*:(.*) \[(.*\/)?([^/]*)\]\$/\1\t\2 [\4]/p" |
        sed -E -e "s/'[0-9]+ \[/ [/" -e ':a' -e 's/^([0-9]+),/\1/' -e 'ta'
}

# Standard output: "instructions per request<TAB>name".
per_request() {
    awk -F '\t' -v n=$((long_run - short_run)) '
        FNR == NR { short[$2] += $1; next }
        { long[$2] += $1 }
        END { for (name in long) {
            each = (long[name] - short[name]) / n
            if (each >= 0.5 || each <= -0.5) printf "%.1f\t%s\n", each, name } }' \
        "$root/functions.short" "$root/functions.long"
}

# compare_profiles INCLUSIVE: "difference<TAB>Swift<TAB>C<TAB>name", largest first.
compare_profiles() {
    awk -F '\t' '
        FNR == NR { c[$2] = $1; all[$2]; next }
        { swift[$2] = $1; all[$2] }
        END { for (name in all)
            printf "%.1f\t%.1f\t%.1f\t%s\n", swift[name] - c[name], swift[name], c[name], name }' \
        "$root/profile.C.$1" "$root/profile.Swift.$1" | sort -t "$(printf '\t')" -k 1,1gr -k 4
}

by_library() {
    awk -F '\t' '
        { library = $4; sub(/.*\[/, "", library); sub(/\]$/, "", library)
          difference[library] += $1; swift[library] += $2; c[library] += $3 }
        END { for (library in swift)
            printf "%.1f\t%.1f\t%.1f\t%s\n", difference[library], swift[library], c[library], library }' |
        sort -t "$(printf '\t')" -k 1,1gr -k 4
}

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
