# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# What a form costs: 20 fields in instructions, an upload in processor time, in
# Swift beside C; what an upload of 1 GiB keeps in memory.

# shellcheck source=Benchmarks/hello-instructions.bash
. Benchmarks/hello-instructions.bash
# shellcheck source=Benchmarks/pairs.bash
. Benchmarks/pairs.bash

form_rounds=5 uploads_of_a_round=100

measure_forms() {
    short_run=500 long_run=1000
    pair_rounds=$form_rounds
    configuration=Benchmarks/forms.conf.in
    scripts/prepare valgrind libc6-dbg >&2
    build_module mod_forms_c
    cp .build/bench/mod_forms_c/.libs/mod_forms_c.so "$root/"
    cp -r Benchmarks/forms "$root/forms"
    head -c 1048576 /dev/urandom >"$root/forms/megabyte"
    # All holes: reading it costs nothing.
    truncate -s "$body_size" "$root/forms/gigabyte"
    chmod -R a+rX "$root/forms" "$root/mod_forms_c.so"
    fields=$(for i in {0..19}; do printf '&field_%d=value+%d%%21' "$i" "$i"; done)
    fields=${fields#&}
    compare_forms
    count_fields
    measure_uploads
    report_fields
    report_uploads
}

# ask QUERY [curl options …]: what a handler says.
ask() { curl -qsS -m 300 "http://127.0.0.1:$port/forms/x.do?$1" "${@:2}"; }

# All must give the same responses before it is worth measuring.
compare_forms() {
    local who expected query
    expected=$(sed 's/&/\n/g' <<<"$fields" | sed 's/^[^=]*=//; s/%21/!/' | tr -d '\n' | wc -c)
    for who in C Swift; do
        tool=()
        start_server -X -D "$who"
        for query in s b; do
            [ "$(ask "$query" -d "$fields")" = "$expected" ] ||
                server_failed "with $who read other fields ($query)"
        done
        [ "$(ask u -F "f=@$root/forms/megabyte")" = 1048576 ] || server_failed "with $who got another file"
        stop_server
    done
}

# ---- Fields: instructions ---------------------------------------------------

# The figure of a handler and a query, in $root/instructions.NAME
count_fields() {
    count_one hello-C C h
    count_one hello-Swift Swift h
    count_one form-C C s
    count_one strings Swift s
    count_one bytes Swift b
}

count_one() { # NAME SERVER QUERY
    local runs
    say "Counting the instructions of $1 …"
    hello="/forms/x.do?$3"
    for runs in "$short_run" "$long_run"; do
        tool=(valgrind -q --tool=callgrind --vgdb=no "--callgrind-out-file=$run/$1.$runs")
        start_server -X -D "$2"
        request -n "$runs" -w "$serving" -d "$fields"
        stop_server
    done
    tool=()
    instructions "$1" >"$root/instructions.$1"
}

figure() { cat "$root/instructions.$1"; }

report_fields() {
    local hello_c hello_swift c strings bytes
    hello_c=$(figure hello-C) hello_swift=$(figure hello-Swift)
    c=$(($(figure form-C) - hello_c))
    strings=$(($(figure strings) - hello_swift)) bytes=$(($(figure bytes) - hello_swift))
    cat <<END
# Forms

## A form of 20 fields: instructions per request

What httpd -X (prefork, keep-alive) executes in user space for one request, counted by
$(valgrind --version) --tool=callgrind: the difference of runs of $(grouped "$short_run") and $(grouped "$long_run") requests,
divided. The body has $(grouped ${#fields}) bytes; each field is read and its length counted. Every
response was read and compared. *For the form* is what is above a handler of the
same language that is sent the same body and reads none of it.

| handler | instructions | for the form |
| --- | ---: | ---: |
| C, ap_parse_form_data, each value flattened | $(grouped "$(figure form-C)") | $(grouped "$c") |
| Swift, form.getFirst | $(grouped "$(figure strings)") | $(grouped "$strings") |
| Swift, form.withBytes | $(grouped "$(figure bytes)") | $(grouped "$bytes") |

END
    check_gate "Strings: at most 1.5 times C for the form" "$(ratio "$strings" "$c")" 1.5
    check_gate "Bytes: at most what C takes for the form" "$(ratio "$bytes" "$c")" 1.0
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f\n", a / b }'; }

# ---- Uploads: processor time ------------------------------------------------

measure_uploads() {
    local who round before
    tool=()
    for who in C Swift; do
        start_server -X -D "$who"
        say "Measuring uploads to $who …"
        upload_megabytes
        for ((round = 0; round < form_rounds; round++)); do
            cost_of_upload upload_megabytes
        done | sort -n | sed -n $(((form_rounds + 1) / 2))p >"$root/megabytes.$who"
        upload_gigabyte "$who"
        : >"$root/gigabyte.$who"
        before=$(private_memory)
        for ((round = 0; round < 3; round++)); do
            cost_of_upload upload_gigabyte "$who" >>"$root/gigabyte.$who"
        done
        echo $(($(private_memory) - before)) >"$root/growth.$who"
        stop_server
    done
}

# cost_of_upload COMMAND …: milliseconds of processor time.
cost_of_upload() {
    local before
    before=$(processor_time)
    "$@"
    sleep 0.05
    awk -v ns=$(($(processor_time) - before)) 'BEGIN { printf "%.1f\n", ns / 1e6 }'
}

# Each sends a form with a file, on one connection, and reads every response.
upload_megabytes() {
    local sum
    sum=$(ask "u[1-$uploads_of_a_round]" -H Expect: -F "f=@$root/forms/megabyte" |
        awk '{ sum += $1 } END { print sum }')
    [ "$sum" = $((uploads_of_a_round * 1048576)) ] || server_failed "took $sum bytes of files"
}

# C writes the body as it comes, all of it; Swift finds the file in it.
upload_gigabyte() { # SERVER
    local size query=u
    [ "$1" != C ] || query=w
    size=$(ask "$query" -H Expect: -F "f=@$root/forms/gigabyte")
    [ "$size" -ge "$body_size" ] || server_failed "took $size bytes of a file"
}

middle() { sort -n "$root/$1" | sed -n 2p; }

report_uploads() {
    local c swift big_c big_swift
    c=$(<"$root/megabytes.C") swift=$(<"$root/megabytes.Swift")
    big_c=$(middle gigabyte.C) big_swift=$(middle gigabyte.Swift)
    cat <<END

## Uploads: processor time

Processor time (user and system, from /proc/PID/schedstat) of httpd -X (prefork): the median of
$form_rounds rounds of $uploads_of_a_round multipart forms with a file of 1 MB, and of 3 with one of 1 GiB. The file goes to
a file without a name. C searches the body with memmem; that of 1 GiB it writes as it
comes, unsearched. *Keeps* is the growth of private memory (Private_Dirty) over the last three.

| handler | $uploads_of_a_round × 1 MB, ms | 1 GiB, ms | keeps, KB |
| --- | ---: | ---: | ---: |
| C | $c | $big_c | $(<"$root/growth.C") |
| Swift | $swift | $big_swift | $(<"$root/growth.Swift") |

END
    check_gate "1 MB: at most 1.3 times C" "$(ratio "$swift" "$c")" 1.3
    check_gate "1 GiB: at most 1.3 times C" "$(ratio "$big_swift" "$big_c")" 1.3
    check_gate "1 GiB: keeps less than 2,048 KB" "$(<"$root/growth.Swift")" 2047
}
