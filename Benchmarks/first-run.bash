# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# What a newcomer waits for: from a clean clone and "make run" to the first
# "Hello World!". The Debian packages are there; apt's part is the network's.

measure_first_run() {
    local clone=$root/clone port first built start
    say "Cloning, and waiting for the first Hello World! of make run …"
    git clone -q . "$clone"
    choose_port
    start=$(milliseconds)
    (cd "$clone" && exec setsid make run PORT="$port" </dev/null >"$root/run.log" 2>&1) &
    server=$!
    wait_for 600 says_hello "$port" || { cat "$root/run.log" >&2; fail "make run did not answer"; }
    first=$(($(milliseconds) - start))
    built=$(sed -n 's/^Building .* … \([0-9]*\) s$/\1/p' "$root/run.log" | paste -sd+ | sed 's/+/ + /')
    kill -INT -- "-$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
    cat <<END
# From a clean clone to the first "Hello World!"

\`git clone\`, \`make run\`, and a request for the hello handler every 0.05 s
until it answers. The Debian packages were installed before.

| what | seconds |
| --- | ---: |
| in all | $((first / 1000)).$((first % 1000 / 100)) |
| of it, building library and builder | $built |

END
    check_gate "the first answer comes within 120 s (it took $((first / 1000)) s)" \
        $((first / 1000)) 120
}

milliseconds() { date +%s%3N; }

says_hello() {
    curl -s -m 30 "http://127.0.0.1:$1$hello" 2>/dev/null | grep -q '^Hello World!$'
}
