# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# How many instructions it takes to read and to set a short value of a table,
# over the same in C; and how often reading req.uri asks for memory.

rounds=100 few_requests=100 more_requests=300
long_name=a-longer-name-than-a-small-string.do

measure_table_instructions() {
    local get set string_get bytes_get string_set bytes_set short long
    scripts/prepare valgrind libc6-dbg >&2
    lay_out_tables
    compile_handlers
    for handler in none get set; do count_rounds C "$handler" "$handler.do"; done
    for handler in none getString getBytes setString setBytes; do
        count_rounds Swift "$handler" "$handler.do"
    done
    count_rounds Swift uri uri.do
    count_rounds Swift longURI "$long_name"
    get=$(each_round C get) set=$(each_round C set)
    string_get=$(each_round Swift getString) bytes_get=$(each_round Swift getBytes)
    string_set=$(each_round Swift setString) bytes_set=$(each_round Swift setBytes)
    short=$(mallocs_of uri) long=$(mallocs_of longURI)
    cat <<END
# Tables: instructions per value

What httpd -X (prefork) executes in user space to read, and to replace, a value of
13 bytes in req.notes, counted by $(valgrind --version) --tool=callgrind. A handler
does it $rounds times; the same handler without it is subtracted. The difference of
runs of $few_requests and $more_requests requests, divided. C: apr_table_get and strlen; apr_table_set.
Each of these requests has a query of another length: strcasecmp, which APR calls, takes
18 instructions more where a text lies at the end of a page.

| | C | String | over C | bytes | of C |
| --- | ---: | ---: | ---: | ---: | ---: |
| get | $get | $string_get | $((string_get - get)) | $bytes_get | $(share "$bytes_get" "$get") |
| set | $set | $string_set | $((string_set - set)) | $bytes_set | $(share "$bytes_set" "$set") |

| reading req.uri | calls of malloc |
| --- | ---: |
| 13 bytes | $short |
| $((7 + ${#long_name})) bytes | $long |

END
    check_gate "getting a String takes at most 400 instructions more than C" $((string_get - get)) 400
    check_gate "setting a String takes at most 400 instructions more than C" $((string_set - set)) 400
    check_gate "getting bytes takes at most 1.3 times what C takes" "$(share "$bytes_get" "$get")" 1.3
    check_gate "setting bytes takes at most 1.3 times what C takes" "$(share "$bytes_set" "$set")" 1.3
    check_gate "reading a short URI allocates nothing" "$short" 0
    check_gate "reading a longer URI allocates once" "$long" 1
}

share() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", a / b }'; }

lay_out_tables() {
    local handler
    build_module mod_table_c
    cp .build/bench/mod_table_c/.libs/mod_table_c.so "$root/"
    cp -r Benchmarks/table "$root/table"
    {
        echo '<IfDefine C>'
        echo "LoadModule table_c_module \"$root/mod_table_c.so\""
        echo '</IfDefine>'
        echo "Alias /table \"$root/table\""
        echo "<Directory \"$root/table\">"
        echo 'Require all granted'
        echo '<IfDefine C>'
        for handler in none get set; do
            echo "<Files $handler.do>"
            echo "SetHandler table-c-$handler"
            echo '</Files>'
        done
        echo '</IfDefine>'
        echo '<IfDefine Swift>'
        echo 'SwiftAutoReload Off'
        echo 'AddHandler mod_swift .do'
        echo "<Files $long_name>"
        echo 'SwiftHandler table::uri'
        echo '</Files>'
        for handler in none getString getBytes setString setBytes uri; do
            echo "<Files $handler.do>"
            echo "SwiftHandler table::$handler"
            echo '</Files>'
        done
        echo '</IfDefine>'
        echo '</Directory>'
    } >"$root/table.conf"
    chmod -R a+rX "$root/table" "$root/table.conf" "$root/mod_table_c.so"
}

# Compiling is not to be counted.
compile_handlers() {
    local hello=/table/none.do
    tool=()
    start_server -X -D Prefork -D Swift -D Table
    request
    stop_server
}

# count_rounds C|Swift NAME FILE: callgrind's figures in $run/NAME.LANGUAGE.REQUESTS
count_rounds() {
    local requests hello=/table/$3
    say "Counting $2 in $1 …"
    for requests in "$few_requests" "$more_requests"; do
        tool=(valgrind -q --tool=callgrind --vgdb=no "--callgrind-out-file=$run/$2.$1.$requests")
        start_server -X -D Prefork -D "$1" -D Table
        request -n "$requests" -q $((more_requests - few_requests)) -w "$serving"
        stop_server
    done
}

# of_request LANGUAGE NAME: instructions of one request.
of_request() {
    difference_per "$(counted "$run/$2.$1.$few_requests")" "$(counted "$run/$2.$1.$more_requests")" \
        $((more_requests - few_requests))
}

counted() { sed -n 's/^summary: //p' "$1"; }

each_round() { echo $((($(of_request "$1" "$2") - $(of_request "$1" none)) / rounds)); }

# mallocs_of NAME: calls of malloc and its like for one reading.
mallocs_of() {
    local requests=$((more_requests - few_requests)) all none
    all=$(difference_per "$(mallocs_in "$run/$1.Swift.$few_requests")" \
        "$(mallocs_in "$run/$1.Swift.$more_requests")" "$requests")
    none=$(difference_per "$(mallocs_in "$run/none.Swift.$few_requests")" \
        "$(mallocs_in "$run/none.Swift.$more_requests")" "$requests")
    difference_per "$none" "$all" "$rounds" %.2f
}

# The line after "cfn=" says how often the function was called. A name stands
# in full where it comes first, and as its number alone afterwards.
mallocs_in() {
    awk '
        /^c?fn=/ {
            id = $0; sub(/^c?fn=/, "", id)
            name = id; sub(/^\([0-9]+\) ?/, "", name); sub(/\).*/, ")", id)
            if (name != "") names[id] = name
            called = /^cfn=/ ? names[id] : ""
        }
        /^calls=/ && called ~ /^(malloc|calloc|realloc|aligned_alloc|posix_memalign)$/ {
            sub(/^calls=/, "", $1); sum += $1
        }
        END { print sum + 0 }' "$1"
}

# ---- Where they go (--profile) ----------------------------------------------

profile_table_instructions() {
    local name language
    for name in get.C getString.Swift getBytes.Swift set.C setString.Swift setBytes.Swift; do
        echo "$name: instructions of one round, without what a function calls"
        profile_of "none.${name#*.}" >"$root/none"
        profile_of "$name" | awk -F '\t' '
            FNR == NR { none[$2] = $1; next }
            $1 - none[$2] >= 1 { printf "%9.1f  %s\n", $1 - none[$2], $2 }' "$root/none" - | sort -rn
        echo
    done
}

# profile_of NAME.LANGUAGE: "instructions of a round<TAB>function"
profile_of() {
    awk -f Benchmarks/callgrind.awk "$run/$1.$few_requests" >"$root/few"
    awk -f Benchmarks/callgrind.awk "$run/$1.$more_requests" |
        awk -F '\t' -v n=$(((more_requests - few_requests) * rounds)) '
            FNR == NR { few[$3] = $1; next }
            { printf "%.2f\t%s\n", ($1 - few[$3]) / n, $3 }' "$root/few" -
}
