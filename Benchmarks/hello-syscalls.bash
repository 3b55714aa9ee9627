# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# How many system calls the hello handler makes for a request: none of its own,
# and one, the look at its source, under SwiftAutoReload On.

few=1000 many=3000

measure_hello_syscalls() {
    scripts/prepare strace >&2
    count_calls C C
    count_calls Swift Swift
    count_calls AutoReload Swift -D AutoReload
    local c swift reload
    c=$(calls_of C) swift=$(calls_of Swift) reload=$(calls_of AutoReload)
    cat <<END
# Hello: system calls per request

System calls of httpd -X (prefork, keep-alive) for one request to the hello
handler, counted by $(strace --version | head -n 1): the difference of runs of
$(grouped "$few") and $(grouped "$many") requests, divided. No access log.

| call | C | Swift, SwiftAutoReload Off | Swift, SwiftAutoReload On |
| --- | ---: | ---: | ---: |
$(rows_of_calls)
| all | $c | $swift | $reload |

END
    check_gate "with SwiftAutoReload Off, as many as C" "$(beyond "$swift" "$c" 0)" 0.01
    check_gate "with SwiftAutoReload On, one more" "$(beyond "$reload" "$c" 1)" 0.01
}

# count_calls NAME HANDLER [FLAG …]: strace's tables in $run/calls.NAME.REQUESTS
count_calls() {
    local name=$1 handler=$2 requests
    shift 2
    say "Counting the system calls of $name …"
    for requests in "$few" "$many"; do
        tool=(strace -f -c -o "$run/calls.$name.$requests")
        start_server -X -D Prefork -D "$handler" "$@"
        request -n "$requests" -w "$serving"
        stop_server
    done
}

# The columns: share, seconds, µs a call, calls, errors if any, name.
calls_in() { awk '$1 ~ /^[0-9.]+$/ && $NF != "total" { print $NF, $4 }' "$1"; }

# Standard output: "name calls-per-request" for each that is made for requests.
# What is made for one in a hundred is not: memory that grows, a slow start.
calls_per_request() {
    awk -v n=$((many - few)) '
        FNR == NR { few[$1] = $2; next }
        { each = ($2 - few[$1]) / n; if (each >= 0.01) printf "%s %.2f\n", $1, each }' \
        <(calls_in "$run/calls.$1.$few") <(calls_in "$run/calls.$1.$many")
}

calls_of() { calls_per_request "$1" | awk '{ all += $2 } END { printf "%.2f\n", all }'; }

rows_of_calls() {
    local name
    for name in C Swift AutoReload; do
        calls_per_request "$name" | sed "s/^/$name /"
    done | awk '
        { calls[$1, $2] = $3; names[$2] }
        END { for (name in names) printf "| %s | %.2f | %.2f | %.2f |\n", name,
            calls["C", name], calls["Swift", name], calls["AutoReload", name] }' | sort
}

# beyond CALLS OTHERS EXPECTED: how far the difference is from the expected one.
beyond() {
    awk -v a="$1" -v b="$2" -v expected="$3" \
        'BEGIN { d = a - b - expected; printf "%.2f\n", d < 0 ? -d : d }'
}
