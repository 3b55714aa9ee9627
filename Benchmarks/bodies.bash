# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# What a body of 1 GiB costs the process that sends or receives it, in Swift
# over C: processor time, and memory that it keeps.

# shellcheck source=Benchmarks/pairs.bash
. Benchmarks/pairs.bash

measure_bodies() {
    local kind
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
and counts: the median of $pair_rounds runs, C and Swift in turns. What it keeps is the
growth of its private memory (Private_Dirty) over the last of these runs in Swift.

| what | C, ms | Swift, ms | Swift over C | keeps, KB |
| --- | ---: | ---: | ---: | ---: |
$(for kind in file write read stream; do row_of_pairs "$kind"; done)

END
    check_pairs file write read stream
}

# transfer HANDLER KIND: one body, which must arrive whole.
transfer() {
    local url="http://127.0.0.1:$port/$1/x.do?$2" count
    case $2 in
        file | write) count=$(curl -qsS -m 120 -o /dev/null -w '%{size_download}' "$url") ;;
        *) count=$(curl -qsS -m 120 -H Expect: -X POST -T "$root/bodies/body" "$url") ;;
    esac
    [ "$count" = "$body_size" ] || server_failed "sent or took $count bytes of $body_size"
}

name_of_kind() {
    case $1 in
        file) echo "sendFile" ;;
        write) echo "write, 64 KiB at a time" ;;
        read) echo "streamBody" ;;
        stream) echo "for await … in body" ;;
    esac
}
