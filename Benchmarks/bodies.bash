# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# What a body of 1 GiB costs the process that sends or receives it, in Swift
# over C: processor time, and memory that it keeps.

body_size=$((1 << 30))
body_rounds=5

measure_bodies() {
    local kind name growth
    configuration=Benchmarks/bodies.conf.in
    tool=()
    build_module mod_bodies_c
    cp .build/bench/mod_bodies_c/.libs/mod_bodies_c.so "$root/"
    cp -r Benchmarks/bodies "$root/bodies"
    # All holes: the disk has no part in it.
    truncate -s "$body_size" "$root/bodies/body"
    chmod -R a+rX "$root/bodies" "$root/mod_bodies_c.so"
    start_server -X
    for kind in file write read stream; do
        say "Measuring 1 GiB by $kind …"
        # Once each before it counts: compiled, loaded, buffers made.
        transfer C "$kind"
        transfer Swift "$kind"
        measure_pairs "$kind"
    done
    stop_server
    cat <<END
# Bodies of 1 GiB

Processor time (user and system, from /proc/PID/schedstat) of httpd -X (prefork)
for one request with a body of 1 GiB, all of which the client sends or receives
and counts: the median of $body_rounds runs, C and Swift in turns. What it keeps is the
growth of its private memory (Private_Dirty) over the last of these runs in Swift.

| what | C, ms | Swift, ms | Swift over C | keeps, KB |
| --- | ---: | ---: | ---: | ---: |
$(for kind in file write read stream; do row_of_bodies "$kind"; done)

END
    for kind in file write read stream; do
        name=$(name_of_body "$kind")
        check_gate "$name: Swift takes at most 1.5 times what C takes" \
            "$(median 3 "$kind")" 1.5
        growth=$(<"$root/bodies.$kind.growth")
        check_gate "$name: Swift keeps at most 2,048 KB" "$growth" 2048
    done
}

# measure_pairs KIND: lines of "C Swift ratio", times in ms, in $root/bodies.KIND
measure_pairs() {
    local round c swift before
    : >"$root/bodies.$1"
    for ((round = 1; round <= body_rounds; round++)); do
        c=$(cost_of C "$1")
        before=$(private_memory)
        swift=$(cost_of Swift "$1")
        echo $(($(private_memory) - before)) >"$root/bodies.$1.growth"
        awk -v c="$c" -v swift="$swift" \
            'BEGIN { printf "%.0f %.0f %.3f\n", c / 1e6, swift / 1e6, swift / c }' \
            >>"$root/bodies.$1"
    done
}

# cost_of HANDLER KIND: nanoseconds of processor time.
cost_of() {
    local before
    before=$(processor_time)
    transfer "$1" "$2"
    sleep 0.05 # it may still be closing the connection
    echo $(($(processor_time) - before))
}

processor_time() { cut -d ' ' -f 1 "/proc/$serving/schedstat"; }

# Not Pss, which moves with who else has httpd's libraries in memory.
private_memory() { sed -n 's/^Private_Dirty: *\([0-9]*\) kB$/\1/p' "/proc/$serving/smaps_rollup"; }

# transfer HANDLER KIND: one body, which must arrive whole.
transfer() {
    local url="http://127.0.0.1:$port/$1/x.do?$2" count
    case $2 in
        file | write) count=$(curl -qsS -m 120 -o /dev/null -w '%{size_download}' "$url") ;;
        *) count=$(curl -qsS -m 120 -H Expect: -X POST -T "$root/bodies/body" "$url") ;;
    esac
    [ "$count" = "$body_size" ] || server_failed "sent or took $count bytes of $body_size"
}

name_of_body() {
    case $1 in
        file) echo "sendFile" ;;
        write) echo "write, 64 KiB at a time" ;;
        read) echo "streamBody" ;;
        stream) echo "for await … in body" ;;
    esac
}

# median COLUMN KIND
median() {
    cut -d ' ' -f "$1" "$root/bodies.$2" | sort -n |
        awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

row_of_bodies() {
    echo "| $(name_of_body "$1") | $(median 1 "$1") | $(median 2 "$1") | $(median 3 "$1") |" \
        "$(<"$root/bodies.$1.growth") |"
}
