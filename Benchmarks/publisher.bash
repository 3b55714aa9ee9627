# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# How many instructions a published function with two fields of a form takes,
# over a handler that reads them by hand.

# shellcheck source=Benchmarks/profile.bash
. Benchmarks/profile.bash

publisher_short=200 publisher_long=600
publisher_path='app.do/email?name=Ann&comment=Hello+there'

measure_publisher() {
    local way c hand published
    scripts/prepare valgrind libc6-dbg >&2
    lay_out_publisher
    for way in C Hand Published; do check_publisher "$way"; done
    for way in C Hand Published; do count_publisher "$way"; done
    c=$(publisher_instructions C) hand=$(publisher_instructions Hand)
    published=$(publisher_instructions Published)
    cat <<END
# Publisher: instructions per request

What httpd -X (prefork, keep-alive) executes in user space for GET /…/$publisher_path,
counted by $(valgrind --version) --tool=callgrind: the difference of runs of
$publisher_short and $publisher_long requests, divided. The bodies were compared first; the handler in C
reads no form and writes as many bytes. SwiftAutoReload Off.

| | instructions | over C |
| --- | ---: | ---: |
| a handler in C | $(grouped "$c") | |
| \`req.form()\` and two \`getFirst\`, by hand | $(grouped "$hand") | $(grouped $((hand - c))) |
| \`mod_swift::publisher\`, two parameters with defaults | $(grouped "$published") | $(grouped $((published - c))) |

| | of the whole request | over C |
| --- | ---: | ---: |
| publisher by hand | $(ratio "$published" "$hand") | $(ratio $((published - c)) $((hand - c))) |

END
    check_gate "The publisher takes at most 1.3 times what reading by hand takes" \
        "$(ratio "$published" "$hand")" 1.3
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f\n", a / b }'; }

lay_out_publisher() {
    cp -r Benchmarks/publisher "$root/publisher"
    mkdir "$root/publisher/c"
    {
        echo "Alias /publisher \"$root/publisher\""
        echo "<Directory \"$root/publisher\">"
        echo 'Require all granted'
        echo 'AcceptPathInfo On'
        echo '<IfDefine C>'
        echo 'SetHandler hello-c'
        echo '</IfDefine>'
        echo '<IfDefine Swift>'
        echo 'AddHandler mod_swift .do'
        echo 'SwiftAutoReload Off'
        echo '<IfDefine Published>'
        echo 'SwiftHandler mod_swift::publisher'
        echo '</IfDefine>'
        echo '<IfDefine Hand>'
        echo 'SwiftHandler hand'
        echo "SwiftPath \"$root/publisher/hand\""
        echo '</IfDefine>'
        echo '</IfDefine>'
        echo '</Directory>'
    } >"$root/publisher.conf"
    chmod -R a+rX "$root/publisher" "$root/publisher.conf"
}

# serve_publisher WAY: sets $hello to the path of this way.
serve_publisher() {
    local flags=(-X -D Prefork -D Publisher -D "$1")
    case $1 in
        C) publisher_folder=c ;;
        Hand) publisher_folder=hand flags+=(-D Swift) ;;
        Published) publisher_folder=app flags+=(-D Swift) ;;
    esac
    start_server "${flags[@]}"
}

# Compiles, too, which is not to be counted.
check_publisher() {
    local body
    tool=()
    serve_publisher "$1"
    body=$(curl -sS --max-time 60 "http://127.0.0.1:$port/publisher/$publisher_folder/$publisher_path")
    stop_server
    [ "$1" = C ] || [ "$body" = 'Ann: Hello there' ] || fail "$1 answers \"$body\""
}

count_publisher() {
    local requests hello
    say "Counting the instructions of the publisher: $1 …"
    for requests in "$publisher_short" "$publisher_long"; do
        tool=(valgrind -q --tool=callgrind --vgdb=no
            "--callgrind-out-file=$run/publisher.$1.$requests")
        serve_publisher "$1"
        hello="/publisher/$publisher_folder/$publisher_path"
        request -n "$requests" -w "$serving"
        stop_server
    done
}

publisher_instructions() {
    difference_per "$(publisher_summary "$1" "$publisher_short")" \
        "$(publisher_summary "$1" "$publisher_long")" $((publisher_long - publisher_short))
}

publisher_summary() { sed -n 's/^summary: //p' "$run/publisher.$1.$2"; }

# ---- Where they go (--profile) ----------------------------------------------

profile_publisher() {
    local way
    for way in C Hand Published; do
        per_request "$run/publisher.$way.$publisher_short" "$run/publisher.$way.$publisher_long" \
            $((publisher_long - publisher_short)) >"$root/profile.$way"
    done
    profile_of Published C
    echo
    profile_of Published Hand
}
