# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# The developer's loop: a handler is edited and asked for; SwiftDebug On, so
# that the request waits for the new version. And the same where the builder
# does not understand swiftc, and so has it run the compiler and the linker.

edits=15

measure_edit() {
    local plain foundation driver driver_foundation
    tool=()
    start_server -DFOREGROUND -D Event -D Swift -D AutoReload -D Debug
    say "Editing a handler $edits times …"
    plain=$(median_of_edits '')
    say "Editing a handler with Foundation $edits times …"
    foundation=$(median_of_edits 'import Foundation')
    stop_server
    write_driver
    start_server -DFOREGROUND -D Event -D Swift -D AutoReload -D Debug -c "SwiftCompiler $root/swiftc"
    say "The same through swiftc …"
    driver=$(median_of_edits '// swiftc')
    driver_foundation=$(median_of_edits 'import Foundation // swiftc')
    stop_server
    cat <<END
# Edit, refresh

From the moment an edited handler is in its place to the new answer, in
milliseconds: the median of $edits edits, one request each.

| handler | milliseconds | through swiftc | ratio |
| --- | ---: | ---: | ---: |
| hello | $plain | $driver | $(ratio "$plain" "$driver") |
| hello with \`import Foundation\` | $foundation | $driver_foundation | $(ratio "$foundation" "$driver_foundation") |

END
    check_gate "hello is answered within 500 ms" "$plain" 500
    check_gate "with Foundation, within 1,000 ms" "$foundation" 1000
    check_gate "hello takes at most 65 percent of what it takes through swiftc" \
        $((plain * 100 / driver)) 65
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

# A swiftc that does not say what it would run.
write_driver() {
    cat >"$root/swiftc" <<END
#!/bin/sh
[ "\$1" != -driver-print-jobs ] || exit 1
exec "$(sed -n 's/^SWIFTC := //p' .build/config.mk)" "\$@"
END
    chmod 755 "$root/swiftc"
}

# median_of_edits LINE: with a line that no others have, else what they built is in the cache. The
# first edit warms the compiler up and is not counted.
median_of_edits() {
    local edit start answer times=()
    for ((edit = 0; edit <= edits; edit++)); do
        write_edit "$1" "$edit"
        start=$(date +%s%N)
        answer=$(curl -s -m 60 "http://127.0.0.1:$port$hello")
        times+=($((($(date +%s%N) - start) / 1000000)))
        [ "$answer" = "edit $edit" ] || fail "edit $edit was answered with: $answer"
    done
    printf '%s\n' "${times[@]:1}" | sort -n | sed -n "$(((edits + 1) / 2))p"
}

write_edit() {
    cat >"$root/hello/new" <<END
import ModSwift
$1

func handler(_ req: Request) throws -> Status {
    req.contentType = "text/plain"
    req.write("edit $2")
    return .ok
}
END
    chmod 644 "$root/hello/new"
    mv "$root/hello/new" "$root/hello/hello.swift"
}
