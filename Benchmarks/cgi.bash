# shellcheck shell=bash disable=SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# A CGI script in Swift under mod_swift::cgi beside the same in C under httpd's mod_cgi: the
# processor time of 1,000 requests, of the server and of all the processes it has started.

requests=1000

measure_cgi() {
    local c swift
    configuration=Benchmarks/cgi.conf.in
    tool=()
    mkdir -m 755 "$root/cgi"
    cp Benchmarks/cgi/hello.swift "$root/cgi/hello.swift"
    gcc -O2 -o "$root/cgi/hello.cgi" Benchmarks/cgi/hello.c
    chmod -R a+rX "$root/cgi"
    compare_scripts
    say "Asking mod_cgi …"
    c=$(median_of_runs C /c/hello.cgi)
    say "Asking mod_swift::cgi …"
    swift=$(median_of_runs Swift /swift/hello.do)
    cat <<END
# CGI

Processor time in milliseconds of $requests requests under prefork, one after the other, of httpd and the
scripts' processes; medians of 3.

| script | milliseconds | ratio |
| --- | ---: | ---: |
| in C, mod_cgi | $c | 1.00 |
| in Swift, mod_swift::cgi | $swift | $(awk -v a="$swift" -v b="$c" 'BEGIN { printf "%.2f", a / b }') |

END
    check_gate "at most 1.3 times that of mod_cgi with C" $((swift * 100 / c)) 130
}

compare_scripts() {
    local answer
    for answer in C Swift; do
        start_server -X -D "$answer"
        hello=$([ "$answer" = C ] && echo /c/hello.cgi || echo /swift/hello.do)
        request -p >"$root/answer.$answer"
        stop_server
    done
    # The heads differ in how the length is told.
    sed -i '1,/^\r\?$/d' "$root/answer.C" "$root/answer.Swift"
    [ -s "$root/answer.C" ] && cmp -s "$root/answer.C" "$root/answer.Swift" || {
        diff "$root/answer.C" "$root/answer.Swift" >&2 || true
        fail "C (<) and Swift (>) give different answers"
    }
    hello=/hello/x.do
}

median_of_runs() { # NAME PATH
    local turn times=()
    for turn in 1 2 3; do
        start_server -X -D "$1"
        local before after
        ask "$2" 10
        before=$(ticks_of_server)
        ask "$2" "$requests"
        after=$(ticks_of_server)
        stop_server
        times+=($(((after - before) * 1000 / $(getconf CLK_TCK))))
    done
    printf '%s\n' "${times[@]}" | sort -n | sed -n 2p
}

# ask PATH COUNT: each on a connection of its own. The heads of mod_cgi vary, which the client of the
# other topics takes for a fault.
ask() {
    local number file line
    for ((number = 0; number < $2; number++)); do
        exec {file}<>"/dev/tcp/127.0.0.1/$port"
        printf 'GET %s HTTP/1.0\r\n\r\n' "$1" >&"$file"
        read -r -u "$file" _ line _
        [ "$line" = 200 ] || fail "$1 was answered with $line"
        cat <&"$file" >/dev/null
        exec {file}>&-
    done
}

# utime, stime, cutime and cstime of httpd, which has waited for its scripts.
ticks_of_server() { awk '{ sub(/.*\) /, ""); print $12 + $13 + $14 + $15 }' "/proc/$serving/stat"; }
