# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# What a loaded module keeps of a child's memory: a hundred of them.

modules=100

measure_modules() {
    local number child before after each
    write_modules
    tool=()
    start_server -DFOREGROUND -D Event -D Swift -D Many
    request
    child=$(child_of_server)
    # What starting takes is given back soon.
    sleep 3
    before=$(private_dirty "$child")
    say "Building and loading $modules modules …"
    for ((number = 1; number <= modules; number++)); do
        [ "$(curl -s -m 60 "http://127.0.0.1:$port/many/x.h$number")" = "module $number" ] ||
            fail "module $number did not answer"
    done
    sleep 3
    after=$(private_dirty "$child")
    stop_server
    each=$(((after - before) / modules))
    cat <<END
# A hundred modules in one child

Private memory that was written to (Private_Dirty of /proc/PID/smaps_rollup) of
an event child, before and after $modules different handlers were loaded.

| what | KB |
| --- | ---: |
| before | $(grouped "$before") |
| after | $(grouped "$after") |
| for each module | $each |

END
    check_gate "a module takes at most 60 KB" "$each" 60
}

write_modules() {
    local number
    mkdir -p "$root/many"
    {
        echo "Alias /many \"$root/many\""
        echo "<Directory \"$root/many\">"
        echo "    Require all granted"
        for ((number = 1; number <= modules; number++)); do
            echo "    AddHandler mod_swift .h$number"
            echo "    SwiftHandler h$number | .h$number"
            printf 'import ModSwift\n\nfunc handler(_ req: Request) -> String { "module %s" }\n' \
                "$number" >"$root/many/h$number.swift"
        done
        echo "</Directory>"
    } >"$root/many.conf"
    chmod -R a+rX "$root/many" "$root/many.conf"
}

child_of_server() { pgrep -P "$serving" | head -n 1; }

private_dirty() { awk '/^Private_Dirty/ { print $2 }' "/proc/$1/smaps_rollup"; }
