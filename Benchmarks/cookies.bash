# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# How many instructions it takes to check a signed cookie and to set it again,
# over the bare calls of HMAC in C.

. Benchmarks/table-instructions.bash

measure_cookies() {
    local rounds=10 few_requests=100 more_requests=300 bare signed plain
    scripts/prepare valgrind libc6-dbg libssl-dev >&2
    lay_out_cookies
    hello=/table/none.do compile_handlers
    for handler in none sign; do count_rounds C "$handler" "$handler.do"; done
    for handler in none sign plain; do count_rounds Swift "$handler" "$handler.do"; done
    bare=$(each_round C sign) signed=$(each_round Swift sign) plain=$(each_round Swift plain)
    cat <<END
# Cookies: instructions to check and to set one

What httpd -X (prefork) executes in user space to check a signed cookie of four bytes and
to add it to the response again, signed, counted by $(valgrind --version)
--tool=callgrind. A handler does it $rounds times; the same handler without it is
subtracted. The difference of runs of $few_requests and $more_requests requests, divided. The
response's header lines are part of it. C: two calls of HMAC-SHA-256, for messages of the
same length, with a context that is initialised anew, and a comparison. Neither makes a
system call of its own.

| | instructions | of C |
| --- | ---: | ---: |
| C, two bare HMACs | $(grouped "$bare") | |
| signed cookie, checked and set | $(grouped "$signed") | $(share "$signed" "$bare") |
| plain cookie, read and set | $(grouped "$plain") | |

END
    check_gate "a signed cookie takes at most 1.5 times what the bare calls take" \
        "$(share "$signed" "$bare")" 1.5
}

lay_out_cookies() {
    local handler
    build_module mod_cookies_c -lcrypto
    cp .build/bench/mod_cookies_c/.libs/mod_cookies_c.so "$root/"
    cp -r Benchmarks/cookies "$root/table"
    {
        echo '<IfDefine C>'
        echo "LoadModule cookies_c_module \"$root/mod_cookies_c.so\""
        echo '</IfDefine>'
        echo "Alias /table \"$root/table\""
        echo "<Directory \"$root/table\">"
        echo 'Require all granted'
        for handler in none sign plain; do
            echo "<Files $handler.do>"
            echo "<IfDefine C>"
            echo "SetHandler cookies-c-$handler"
            echo '</IfDefine>'
            echo "<IfDefine Swift>"
            echo "SetHandler mod_swift"
            echo "SwiftHandler cookies::$handler"
            echo 'SwiftAutoReload Off'
            echo '</IfDefine>'
            echo '</Files>'
        done
        echo '</Directory>'
    } >"$root/table.conf"
    chmod -R a+rX "$root/table" "$root/table.conf" "$root/mod_cookies_c.so"
}

profile_cookies() {
    local rounds=10 few_requests=100 more_requests=300 name
    for name in sign.C sign.Swift plain.Swift; do
        echo "$name: instructions of one round, without what a function calls"
        profile_of "none.${name#*.}" >"$root/none"
        profile_of "$name" | awk -F '\t' '
            FNR == NR { none[$2] = $1; next }
            $1 - none[$2] >= 1 { printf "%9.1f  %s\n", $1 - none[$2], $2 }' "$root/none" - | sort -rn
        echo
    done
}
