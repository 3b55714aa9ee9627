# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# The developer's loop: a handler is edited and asked for; SwiftDebug On, so
# that the request waits for the new version. And the same where the builder
# does not understand swiftc, and so has it run the compiler and the linker.
# And with server pages: one that is new, and one whose included file is edited.

edits=15

measure_edit() {
    local plain foundation driver driver_foundation pages includes
    tool=()
    lay_out_shop
    start_server -DFOREGROUND -D Event -D Swift -D AutoReload -D Debug -D Page
    say "Editing a handler $edits times …"
    plain=$(median_of_edits '')
    say "Editing a handler with Foundation $edits times …"
    foundation=$(median_of_edits 'import Foundation')
    say "Asking for $edits new pages …"
    pages=$(median_of_pages)
    say "Editing an included file $edits times …"
    includes=$(median_of_includes)
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
    cat <<END
| server page | milliseconds |
| --- | ---: |
| first request of a new page | $pages |
| first request after an edit of a file that it includes | $includes |

END
    check_gate "a new page is answered within 1,000 ms" "$pages" 1000
    check_gate "an edited include shows at the next request, within 1,000 ms" "$includes" 1000
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

lay_out_shop() {
    mkdir "$root/shop"
    cat >"$root/page.conf" <<END
Alias /shop "$root/shop"
<Directory "$root/shop">
    Require all granted
    AddHandler mod_swift .psp
    SwiftHandler mod_swift::psp
    SwiftDebug On
</Directory>
END
    chmod 755 "$root/shop"
    chmod 644 "$root/page.conf"
}

# put FILE TEXT: in its place at once, as editors do.
put() {
    printf '%s' "$2" >"$root/shop/new"
    chmod 644 "$root/shop/new"
    mv "$root/shop/new" "$root/shop/$1"
}

# wait_for_page PAGE TEXT: milliseconds until the page is there, with one request.
wait_for_page() {
    local start answer
    start=$(date +%s%N)
    answer=$(curl -s -m 60 "http://127.0.0.1:$port/shop/$1")
    echo $((($(date +%s%N) - start) / 1000000))
    [ "$answer" = "$2" ] || fail "$1 was answered with: $answer"
}

median() { sort -n | sed -n "$(((edits + 1) / 2))p"; }

# The first page warms the compiler up and is not counted.
median_of_pages() {
    local page
    for ((page = 0; page <= edits; page++)); do
        put "page$page.psp" "<ul><% for n in 0..<3 { %><li title=\"<%= n %>\"><%= n + $page %></li><% } %></ul>"
        wait_for_page "page$page.psp" "<ul><li title=\"0\">$page</li><li title=\"1\">$((page + 1))</li><li title=\"2\">$((page + 2))</li></ul>"
    done | tail -n +2 | median
}

median_of_includes() {
    local edit
    put list.psp '<p><%@ include file="a.inc" %></p>'
    for ((edit = 0; edit <= edits; edit++)); do
        put a.inc "edit <%= $edit %>"
        wait_for_page list.psp "<p>edit $edit</p>"
    done | tail -n +2 | median
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
