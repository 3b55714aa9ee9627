# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# The developer's loop: a handler is edited and asked for; SwiftDebug On, so
# that the request waits for the new version.

edits=15

measure_edit() {
    local plain foundation
    tool=()
    start_server -DFOREGROUND -D Event -D Swift -D AutoReload -D Debug
    say "Editing a handler $edits times …"
    plain=$(median_of_edits '')
    say "Editing a handler with Foundation $edits times …"
    foundation=$(median_of_edits 'import Foundation')
    stop_server
    cat <<END
# Edit, refresh

From the moment an edited handler is in its place to the new answer, in
milliseconds: the median of $edits edits, one request each.

| handler | milliseconds |
| --- | ---: |
| hello | $plain |
| hello with \`import Foundation\` | $foundation |

END
    check_gate "hello is answered within 500 ms" "$plain" 500
    check_gate "with Foundation, within 1,000 ms" "$foundation" 1000
}

# median_of_edits IMPORT: the first edit warms the compiler up and is not counted.
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
