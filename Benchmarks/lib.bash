# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What the topics of scripts/bench share: a private place, servers that run in
# it one at a time, the client, gates and reports. Sourced at the top of the
# source tree, under set -euo pipefail. Sets for the topics:
#   root      the private directory; goes at the end
#   run       what the server may write to: log, pid file, output of tools
#   serving   the process id of the running httpd (with -X: the one that serves)
#   missed    how many gates were missed so far

value() { sed -n "s/^$1 := //p" .build/config.mk; }
say() { echo "$*" >&2; }
fail() { echo "bench: $*" >&2; exit 1; }

root='' run='' server='' serving='' sending='' port='' missed=0
# Servers that run beside the one in $server.
beside=()
# Processes of other servers, each the first of its group.
helpers=()
# The load average when the topic began.
load_before=''
hello=/hello/x.do
# The configuration that start_server fills in; a topic may name its own.
configuration=Benchmarks/hello.conf.in
# Nothing of the caller's environment: it would be part of what is measured.
clean=(env -i "PATH=/usr/sbin:/usr/bin:/sbin:/bin" LANG=C.UTF-8)

# wait_for SECONDS COMMAND …: until the command succeeds, which is tried every $pause seconds; 1 when it does not.
pause=0.05
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep "$pause"
    done
}

# ---- The private place ------------------------------------------------------

open_bench() {
    [ -e .build/config.mk ] || scripts/configure
    stage=${STAGE:-.build/stage}
    [ -e "$stage/mod_swift.so" ] || fail "$stage/mod_swift.so is missing: run 'make build' first"
    load_before=$(load_average)
    trap close_bench EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    root=$(mktemp -d "${TMPDIR:-/tmp}/mod_swift-bench.XXXXXX")
    chmod 755 "$root"
    run=$root/run
    build_tools
    choose_account
    fill_root
}

# How many processes wanted to run in the last minute.
load_average() { cut -d ' ' -f 1 /proc/loadavg; }

close_bench() {
    trap - EXIT INT TERM HUP
    [ -z "$sending" ] || kill -TERM "$sending" 2>/dev/null || true
    for server in $server "${beside[@]}"; do
        # By its group, and by its id in case it has none of its own yet.
        kill -TERM -- "-$server" 2>/dev/null || kill -TERM "$server" 2>/dev/null || true
        wait_for 5 server_is_gone || kill -KILL -- "-$server" 2>/dev/null || true
    done
    for server in "${helpers[@]}"; do kill -TERM -- "-$server" 2>/dev/null || true; done
    [ -z "$root" ] || rm -rf "$root"
}

# Under callgrind httpd -X runs as who it was started as, and handlers never
# run as root: so all servers are started as an unprivileged user.
choose_account() {
    user=$(id -un) account=()
    [ "$(id -u)" = 0 ] || return 0
    user=www-data
    account=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups)
}

# Copies, so that a build going on at the same time changes nothing, and so
# that no other process shares the pages of the libraries: Pss divides by that.
fill_root() {
    cp -rL "$stage" "$root/stage"
    cp -r Examples/hello "$root/hello"
    cp .build/bench/mod_hello_c/.libs/mod_hello_c.so "$root/"
    mkdir "$run" "$root/cache"
    chmod -R a+rX,go-w "$root"
    chmod 700 "$root/cache"
    [ ${#account[@]} = 0 ] || chown "$user:$(id -gn "$user")" "$run" "$root/cache"
}

build_tools() {
    local built=.build/bench
    client=$built/client
    mkdir -p "$built"
    if [ Benchmarks/client/client.c -nt "$client" ]; then
        gcc -std=gnu11 -O2 -Wall -Wextra -o "$client" Benchmarks/client/client.c
    fi
    build_module mod_hello_c
}

# build_module NAME [OPTION …]: NAME.c of Benchmarks/NAME, or of a work in Benchmarks/peers, as a module of
# httpd, with apxs's options.
build_module() {
    local built=.build/bench/$1 source apxs
    source=$(compgen -G "Benchmarks/$1/$1.c" || compgen -G "Benchmarks/peers/*/$1.c")
    apxs=$(value APXS)
    [ "$source" -nt "$built/.libs/$1.so" ] || return 0
    mkdir -p "$built"
    cp "$source" "$built/"
    (cd "$built" && "$apxs" -c "$1.c" "${@:2}" >build.log 2>&1) ||
        { cat "$built/build.log" >&2; fail "apxs could not build $source"; }
}

# ---- The server -------------------------------------------------------------

# start_server FLAG …: httpd with these arguments, under the command in the
# array tool, in a session of its own: Ctrl-C ends this script, which ends it.
start_server() {
    choose_port
    sed -e "s|@ROOT@|$root|g" -e "s|@RUN@|$run|g" -e "s|@PORT@|$port|g" \
        -e "s|@MODULES@|$(value LIBEXECDIR)|g" "$configuration" >"$root/httpd.conf"
    rm -f "$run/httpd.pid" "$run/error.log"
    setsid "${account[@]}" "${clean[@]}" "${tool[@]}" "$(value HTTPD)" \
        -f "$root/httpd.conf" "$@" </dev/null >"$root/output" 2>&1 &
    server=$!
    wait_for 120 server_is_up || server_failed "did not start within two minutes"
    serving=$(<"$run/httpd.pid")
}

# Nothing answers there now; httpd says so when something took it meanwhile.
choose_port() {
    port=$((20000 + RANDOM % 10000))
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        port=$((20000 + RANDOM % 10000))
    done
}

# The pid file is written once httpd listens. No connection is made to find
# out: it would be counted.
server_is_up() {
    server_is_gone && server_failed "ended at once"
    [ -s "$run/httpd.pid" ]
}

server_is_gone() { ! kill -0 "$server" 2>/dev/null; }

server_failed() {
    cat "$root/output" >&2
    cat "$run/error.log" >&2 2>/dev/null || true
    fail "httpd $1"
}

# Ends httpd itself: a tool around it then writes what it counted.
stop_server() {
    sleep 0.3 # it may still be closing the last connection
    kill -TERM "$serving" 2>/dev/null || true
    # Without what bash says of one that ends by a signal, as mod_lua makes it.
    wait_for 60 server_is_gone 2>/dev/null || server_failed "did not end within a minute"
    wait "$server" 2>/dev/null || true
    server=''
    ! log_has_complaints || server_failed "logged what is above"
}

# Notices of start and end are written at every LogLevel.
# A topic may tolerate others, by an expression.
tolerated='^$'
log_has_complaints() { grep -svE '^\[[^]]*\] \[[a-z_]*:notice\]' "$run/error.log" | grep -qvE "$tolerated"; }

# request OPTION …: the client with these options. In the background, because
# bash runs a trap at once in wait only.
request() {
    "$client" -t 600 "$@" "$port" "$hello" &
    sending=$!
    wait "$sending" || server_failed "gave an answer that was not expected"
    sending=''
}

# The handlers must do the same before it is worth measuring. As httpd runs as
# the same user with the same configuration, the compiled handler is in place
# for all runs that follow.
compare_answers() {
    local handler
    tool=()
    for handler in C Swift; do
        start_server -X -D Prefork -D "$handler"
        request -p >"$root/answer.$handler"
        stop_server
    done
    cmp -s "$root/answer.C" "$root/answer.Swift" || {
        diff "$root/answer.C" "$root/answer.Swift" >&2 || true
        fail "C (<) and Swift (>) give different answers"
    }
    say "C and Swift give the same answer."
}

# ---- Figures ----------------------------------------------------------------

# 1234567 → 1,234,567, whatever the locale.
grouped() { sed -e ':a' -e 's/\B[0-9]\{3\}\>/,&/' -e 'ta' <<<"$1"; }

# difference_per SHORT LONG REQUESTS [FORMAT]: (LONG - SHORT) / REQUESTS. What
# happens once, at the start and at the end, is in both and falls out.
difference_per() {
    awk -v short="$1" -v long="$2" -v n="$3" -v format="${4:-%.0f}" \
        'BEGIN { printf format "\n", (long - short) / n }'
}

# check_gate SENTENCE VALUE LIMIT: a line of the report; met when VALUE <= LIMIT.
check_gate() {
    local verdict=ok
    if awk -v value="$2" -v limit="$3" 'BEGIN { exit !(value > limit) }'; then
        verdict=MISSED missed=$((missed + 1))
    fi
    echo "- Gate: $1: $verdict"
}

# What a topic has to say beyond its report, under --profile.
print_profile() {
    local name=profile_${1//-/_}
    if declare -F "$name" >/dev/null; then
        echo
        "$name"
    fi
}

# ---- Reports ----------------------------------------------------------------

# write_report TOPIC FILE: a section of docs/benchmarks.md, with where and what of below its title. From a
# clean tree only, or nobody can measure it again; the reports themselves may have changed.
write_report() {
    if [ "$1" = peers ]; then
        Benchmarks/report.py page
        return
    fi
    if [ -n "$(git status --porcelain -- . ':!docs/benchmarks*' ':!docs/manual/introduction.md')" ]; then
        say "No report: the tree has changes that are not committed."
        return
    fi
    { head -n 1 "$2"; echo; circumstances; tail -n +2 "$2"; } >"$root/section.md"
    Benchmarks/report.py section "$1" "$root/section.md"
    scripts/figures
    say "Written to docs/benchmarks.md"
}

circumstances() {
    local processor
    processor=$(sed -n 's/^model name[[:blank:]]*: //p' /proc/cpuinfo | head -n 1)
    cat <<END
- Date: $(date +%F)
- Machine: ${processor:-$(uname -m)}, $(nproc) cores, $(uname -sr)
- httpd: $("$(value HTTPD)" -v | sed -n 's/^Server version: //p')
- Swift: $("$(value SWIFTC)" --version 2>/dev/null | sed -n 's/.*Swift version \([^ ]*\).*/\1/p')
- mod_swift: $(value VERSION), $(revision), build $(build_id)
- Load average before: ${load_before}
END
}

revision() {
    if [ -n "${STAGE:-}" ]; then
        echo "a build from elsewhere (STAGE)"
    else
        echo "revision $(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)"
    fi
}

# Older builds may stand beside the one that the shim was linked to.
build_id() {
    readelf -d "$root/stage/mod_swift.so" | sed -n 's/.*mod_swift\/\([0-9a-f]\{12\}\).*/\1/p'
}
