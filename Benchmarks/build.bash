# shellcheck shell=bash disable=SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# Compiling a site: `modswift build` of 50 handlers and of 50 pages, beside 50 first requests; and
# the time from `modswift serve` to the first response. Processor time is that of the processes and
# all that they have started, as the shell's `times` has it.

modules=50

measure_build() {
    local kind build first rows=''
    make modswift >&2
    command_line=$PWD/.build/release/modswift
    # A build of the user who measures, in a place of its own.
    export HOME=$root/home XDG_CACHE_HOME=$root/home/.cache
    mkdir -p "$root/home/.cache"
    for kind in handlers pages; do
        write_site "$kind"
        say "Compiling $modules $kind …"
        build=$(median_of built "$kind")
        say "Asking for $modules $kind …"
        first=$(median_of asked_for "$kind")
        rows+="| $modules $kind | $build | $first | $(quotient "$build" "$first") |"$'\n'
        [ "$kind" = pages ] || handlers=$((build * 100 / first))
    done
    say "Serving …"
    served=$(serving_time)
    cat <<END
# Building and serving a site

Processor time in milliseconds, medians of 3, the compiler's own cache warm, on $(nproc) cores.

| what is compiled | \`modswift build\` | the first request of each | ratio |
| --- | ---: | ---: | ---: |
$rows
From \`modswift serve\` to its first response, compiled before: $served milliseconds.

END
    check_gate "$modules handlers: at most 70 percent of the processor time of first requests" \
        "$handlers" 70
    check_gate "modswift serve to the first page: under 1,500 ms" "$served" 1500
}

quotient() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

write_site() { # KIND
    local number
    rm -rf "$root/site"
    mkdir -m 755 "$root/site"
    {
        echo "DocumentRoot \"\${SITE}\""
        echo "<Directory \"\${SITE}\">"
        echo "Require all granted"
        echo "AddHandler mod_swift .do .psp"
        [ "$1" = handlers ] || echo "SwiftHandler mod_swift::psp"
        echo "</Directory>"
    } >"$root/site/site.conf"
    for ((number = 1; number <= modules; number++)); do
        if [ "$1" = pages ]; then
            cat >"$root/site/m$number.psp" <<END
<!DOCTYPE html><html><head><title>Page $number</title></head><body>
<% for i in 0..<10 { %><p><%= i * $number %> and <%= form.getFirst("v") ?? "none" %></p><% } %>
</body></html>
END
        else
            sed "s/Hello World/Hello $number/" Examples/hello/hello.swift >"$root/site/m$number.swift"
            printf '<Location /m%s.do>\nSwiftPath "${SITE}"\nSwiftHandler m%s\n</Location>\n' \
                "$number" "$number" >>"$root/site/site.conf"
        fi
    done
    chmod -R a+rX "$root/site"
}

median_of() { # FUNCTION KIND
    local turn time times=()
    for turn in 1 2 3 4; do
        # The first fills the compiler's cache.
        time=$("$1" "$2") || fail "$1 $2"
        times+=("$time")
    done
    printf '%s\n' "${times[@]:1}" | sort -n | sed -n 2p
}

# processor_time COMMAND …: of the command and what it waited for, in milliseconds.
processor_time() {
    local TIMEFORMAT='%U %S'
    { time "$@" >"$root/output" 2>&1; } 2>&1 | awk '{ printf "%d\n", ($1 + $2) * 1000 }'
}

# The site's cache is that of `modswift serve`.
cache_of_serve() {
    if [ "$(id -u)" = 0 ]; then echo /var/cache/mod_swift-serve; else echo "$XDG_CACHE_HOME/mod_swift"; fi
}

built() {
    rm -rf "$root/built/modules/"*
    processor_time "$command_line" build --cache "$root/built" "$root/site"
    grep -q "Compiled $modules modules, in" "$root/output" || fail "modswift build: $(<"$root/output")"
}

# A server that is started, asked, and stopped, less one that is only started and stopped.
asked_for() {
    local with without
    without=$(processor_time serve_and ask_nothing "$1")
    rm -rf "$(cache_of_serve)/modules"
    with=$(processor_time serve_and ask_all "$1")
    grep -q served "$root/answers" || fail "the server did not answer: $(<"$root/serve.out")"
    echo $((with - without))
}

ask_nothing() { :; }

ask_all() { # KIND PORT
    local number suffix=do
    [ "$1" = handlers ] || suffix=psp
    for ((number = 1; number <= modules; number++)); do
        [ "$(fetch "$2" "/m$number.$suffix")" = 200 ] || return 1
    done
    echo served >"$root/answers"
}

# Without a program, whose start would count.
fetch() { # PORT PATH
    local line file
    exec {file}<>"/dev/tcp/127.0.0.1/$1"
    printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&"$file"
    read -r -u "$file" _ line _
    echo "$line"
    exec {file}>&-
}

serve_and() { # FUNCTION KIND
    rm -f "$root/answers"
    start_serving
    "$1" "$2" "$port" || true
    kill -INT "$site"
    wait "$site" || true
}

start_serving() {
    choose_port
    : >"$root/serve.out"
    "$command_line" serve --port "$port" "$root/site" >"$root/serve.out" 2>&1 &
    site=$!
    wait_for 60 grep -q Ctrl-C "$root/serve.out" || fail "modswift serve: $(<"$root/serve.out")"
}

serving_time() {
    local turn start times=()
    for turn in 1 2 3 4; do
        start=$(date +%s%N)
        start_serving
        [ "$(fetch "$port" /m1.psp)" = 200 ] || fail "no page: $(<"$root/serve.out")"
        times+=($((($(date +%s%N) - start) / 1000000)))
        kill -INT "$site"
        wait "$site" || true
    done
    printf '%s\n' "${times[@]:1}" | sort -n | sed -n 2p
}
