# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# For topics that send a body of 1 GiB through C and through Swift, in turns. A
# topic says how (transfer HANDLER KIND) and what a kind is called
# (name_of_kind KIND).

body_size=$((1 << 30))
pair_rounds=5

# measure_pairs KIND: lines of "C Swift ratio", times in ms, in $root/pairs.KIND
measure_pairs() {
    local round c swift before
    : >"$root/pairs.$1"
    for ((round = 1; round <= pair_rounds; round++)); do
        c=$(cost_of C "$1")
        before=$(private_memory)
        swift=$(cost_of Swift "$1")
        echo $(($(private_memory) - before)) >"$root/pairs.$1.growth"
        awk -v c="$c" -v swift="$swift" \
            'BEGIN { printf "%.0f %.0f %.3f\n", c / 1e6, swift / 1e6, swift / c }' \
            >>"$root/pairs.$1"
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

# median COLUMN KIND
median() {
    cut -d ' ' -f "$1" "$root/pairs.$2" | sort -n |
        awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

row_of_pairs() {
    echo "| $(name_of_kind "$1") | $(median 1 "$1") | $(median 2 "$1") | $(median 3 "$1") |" \
        "$(<"$root/pairs.$1.growth") |"
}

# check_pairs KIND …: the gates of each
check_pairs() {
    local kind name
    for kind; do
        name=$(name_of_kind "$kind")
        check_gate "$name: Swift takes at most 1.5 times what C takes" "$(median 3 "$kind")" 1.5
        check_gate "$name: Swift keeps at most 2,048 KB" "$(<"$root/pairs.$kind.growth")" 2048
    done
}
