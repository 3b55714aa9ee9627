# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# What a filter that changes nothing costs on the way of 1 GiB, in Swift over C:
# processor time, and memory that the process keeps.

# shellcheck source=Benchmarks/pairs.bash
. Benchmarks/pairs.bash

filter_kinds=(pass-out read-out pass-in read-in)

measure_filters() {
    local kind
    configuration=Benchmarks/filters.conf.in
    tool=()
    build_module mod_bodies_c
    build_module mod_filters_c
    cp .build/bench/mod_bodies_c/.libs/mod_bodies_c.so \
        .build/bench/mod_filters_c/.libs/mod_filters_c.so "$root/"
    cp -r Benchmarks/filters "$root/filters"
    # All holes: the disk has no part in it.
    truncate -s "$body_size" "$root/filters/body"
    chmod -R a+rX "$root/filters" "$root"/mod_*_c.so
    start_server -X
    for kind in "${filter_kinds[@]}"; do
        say "Measuring 1 GiB through $kind …"
        # Once each before it counts: compiled, loaded, buffers made.
        transfer C "$kind"
        transfer Swift "$kind"
        measure_pairs "$kind"
    done
    stop_server
    cat <<END
# Filters on the way of 1 GiB

Processor time (user and system, from /proc/PID/schedstat) of httpd -X (prefork)
for one request with a body of 1 GiB through a filter that changes nothing: the
median of $pair_rounds runs, C and Swift in turns. Answers are a file that httpd sends; bodies
of requests are read by a handler in C. What it keeps is the growth of its private
memory (Private_Dirty) over the last of these runs in Swift.

| filter | C, ms | Swift, ms | Swift over C | keeps, KB |
| --- | ---: | ---: | ---: | ---: |
$(for kind in "${filter_kinds[@]}"; do row_of_pairs "$kind"; done)

END
    check_pairs "${filter_kinds[@]}"
}

# transfer FILTER KIND: one body, which must arrive whole.
transfer() {
    local url="http://127.0.0.1:$port/$1/$2/body?read" count
    case $2 in
        *-out) count=$(curl -qsS -m 120 -o /dev/null -w '%{size_download}' "$url") ;;
        *) count=$(curl -qsS -m 120 -H Expect: -X POST -T "$root/filters/body" "$url") ;;
    esac
    [ "$count" = "$body_size" ] || server_failed "sent or took $count bytes of $body_size"
}

name_of_kind() {
    case $1 in
        pass-out) echo "answer, passed on" ;;
        read-out) echo "answer, read and written" ;;
        pass-in) echo "body, passed on" ;;
        read-in) echo "body, read and written" ;;
    esac
}
