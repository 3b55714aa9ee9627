# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# What an event child with 32 threads takes after 10,000 requests to the hello
# handler, over the same child with the handler as a module in C.

threads=32 # as in hello.conf.in
# Fewer than threads: with all of them busy httpd closes connections that wait.
connections=8
# Other processes share the system's libraries: their number moves Pss a little.
rounds=3

measure_memory() {
    local handler round c swift
    # Pages of files that are not on the disk yet would count as written to.
    find "$root" -type f -exec sync {} +
    for ((round = 1; round <= rounds; round++)); do
        for handler in C Swift; do
            say "Measuring the memory of the $handler handler, $round of $rounds …"
            measure_child "$handler" "$round"
        done
    done
    c=$(kilobytes Pss C) swift=$(kilobytes Pss Swift)
    cat <<END
# Memory of an event child

An event child with $threads threads after 10,000 requests to the hello handler over
$connections keep-alive connections at once, every thread with its part of them: the
median of $rounds runs, in KB, from /proc/PID/smaps_rollup. Pss is the child's own
memory and its share of what it shares with its parent and other processes.

| handler | Pss | private, written to | resident |
| --- | ---: | ---: | ---: |
$(row_of_memory C)
$(row_of_memory Swift)

By what is mapped, from /proc/PID/smaps: Pss, and what of the Swift child's is private and
written to (the mean of the runs). Relocated data was written by the parent and is shared with it.

| mapped | C | Swift | difference | written to |
| --- | ---: | ---: | ---: | ---: |
$(rows_of_mappings)

END
    check_gate "Swift takes at most 3,277 KB more than C (it takes $(grouped $((swift - c))) KB)" \
        $((swift - c)) 3277
}

# measure_child HANDLER ROUND: the child's figures in $root/memory.HANDLER.ROUND
measure_child() {
    local child
    tool=()
    start_server -DFOREGROUND -D Event -D "$1"
    request
    wait_for 10 all_threads_are_there || fail "httpd did not start $threads worker threads"
    child=$(child_of "$serving")
    switches "$child" >"$root/switches.before"
    request -n 10000 -c "$connections"
    switches "$child" >"$root/switches.after"
    all_threads_worked
    sleep 1 # the connections are closed, their pools given back
    cat "/proc/$child/smaps_rollup" >"$root/memory.$1.$2"
    awk -f Benchmarks/mappings.awk "/proc/$child/smaps" >"$root/mappings.$1.$2"
    stop_server
}

# grep's own status says nothing: other processes end while it reads.
child_of() {
    local status
    status=$(grep -lsE "^PPid:[[:blank:]]+$1\$" /proc/[0-9]*/status || true)
    [ -n "$status" ] || fail "httpd has no child"
    status=${status%/status}
    echo "${status##*/}"
}

# The workers, the listener, and the main thread.
all_threads_are_there() {
    local child tasks
    child=$(child_of "$serving")
    tasks=("/proc/$child/task"/*)
    [ ${#tasks[@]} -ge $((threads + 2)) ]
}

# For each thread of a process: its id, how often it has gone to sleep.
switches() {
    local task
    for task in "/proc/$1/task"/*; do
        echo "${task##*/} $(sed -n 's/^voluntary_ctxt_switches:[[:blank:]]*//p' "$task/status")"
    done
}

# Every worker served: else a thread's own memory would be missing.
all_threads_worked() {
    local worked
    worked=$(awk 'FNR == NR { before[$1] = $2; next } $2 - before[$1] >= 10' \
        "$root/switches.before" "$root/switches.after" | wc -l)
    [ "$worked" -ge $((threads + 1)) ] ||
        fail "only $worked of $threads workers and the listener served"
}

# kilobytes FIELD HANDLER: the median of the rounds.
kilobytes() {
    sed -n "s/^$1: *\\([0-9]*\\) kB\$/\\1/p" "$root/memory.$2".* | sort -n |
        awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

row_of_memory() {
    local field
    printf '| %s |' "$1"
    for field in Pss Private_Dirty Rss; do
        printf ' %s |' "$(grouped "$(kilobytes "$field" "$1")")"
    done
    echo
}

# What is mapped, the largest difference first.
rows_of_mappings() {
    awk -F '\t' -v rounds="$rounds" '
        FILENAME ~ /mappings\.C\./ { c[$1] += $2 }
        FILENAME ~ /mappings\.Swift\./ { swift[$1] += $2; dirty[$1] += $3 }
        { all[$1] }
        END { for (kind in all) {
            difference = (swift[kind] - c[kind]) / rounds
            printf "%d\t| %s | %d | %d | %d | %d |\n", difference, kind, c[kind] / rounds,
                swift[kind] / rounds, difference, dirty[kind] / rounds
        } }' "$root"/mappings.* | sort -t "$(printf '\t')" -k 1,1gr -k 2 | cut -f 2
}
