# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# What SwiftAutoReload On, the default, costs over Off: a handler of one file, one that imports a module
# beside it, a server page with a file that it includes, a published function.

# Far apart: what happens once, such as a look for the smallest compiled handler, is not the same in all
# runs to the last thousand instructions.
reload_short=1000 reload_long=5000
few_calls=200 many_calls=600
reload_ways=(plain importing page published)

measure_reload() {
    local way
    scripts/prepare valgrind libc6-dbg strace >&2
    lay_out_reload
    for way in "${reload_ways[@]}"; do count_reload "$way"; done
    cat <<END
# SwiftAutoReload On: instructions and system calls per request

What httpd -X (prefork, keep-alive) executes in user space for one request, counted by
$(valgrind --version) --tool=callgrind, and its system calls, counted by strace: differences of
runs of $(grouped "$reload_short") and $(grouped "$reload_long") requests, and of $few_calls and $many_calls, divided.

| | Off | On | more | system calls, Off | On | files |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
$(row_of_reload plain "a handler" 1)
$(row_of_reload importing "a handler that imports a module" 2)
$(row_of_reload page "a server page with an include" 2)
$(row_of_reload published "a published function" 1)

END
    check_gate "a handler: at most 250 instructions more" "$(reload_costs plain)" 250
    check_gate "each further file: at most 250 more" \
        $(($(reload_costs importing) - $(reload_costs plain))) 250
    check_gate "a page of two files: at most 500 more" "$(reload_costs page)" 500
    check_gate "a published function: at most 250 more" "$(reload_costs published)" 250
}

lay_out_reload() {
    cp -r Benchmarks/reload "$root/reload"
    cat >"$root/reload.conf" <<END
Alias /reload "$root/reload"
<Directory "$root/reload">
Require all granted
AcceptPathInfo On
# In both cases a line, so that both have a section of ours to merge.
<IfDefine !AutoReload>
SwiftAutoReload Off
</IfDefine>
<IfDefine AutoReload>
SwiftAutoReload On
</IfDefine>
SetHandler mod_swift
</Directory>
<Location "/reload/plain">
SwiftHandler plain
</Location>
<Location "/reload/importing">
SwiftHandler importing
</Location>
<Location "/reload/page.psp">
SwiftHandler mod_swift::psp
</Location>
<Location "/reload/published">
SwiftHandler mod_swift::publisher
</Location>
SwiftPath "$root/reload"
END
    chmod -R a+rX "$root/reload" "$root/reload.conf"
}

path_of_reload() {
    case $1 in
        page) echo /reload/page.psp ;;
        published) echo /reload/published/greet ;;
        *) echo "/reload/$1" ;;
    esac
}

# count_reload WAY: callgrind's and strace's figures in $run/WAY.{On,Off}.REQUESTS
count_reload() {
    local reload requests
    local hello
    hello=$(path_of_reload "$1")
    for reload in Off On; do
        local flags=(-X -D Prefork -D Swift -D Reload)
        [ "$reload" = Off ] || flags+=(-D AutoReload)
        say "Counting for $hello, SwiftAutoReload $reload …"
        tool=()
        start_server "${flags[@]}"
        request -p | tail -n 1 | grep -qx 'Hello World!' || fail "$hello does not answer Hello World!"
        stop_server
        for requests in "$reload_short" "$reload_long"; do
            tool=(valgrind -q --tool=callgrind --vgdb=no "--callgrind-out-file=$run/$1.$reload.$requests")
            start_server "${flags[@]}"
            request -n "$requests" -w "$serving"
            stop_server
        done
        for requests in "$few_calls" "$many_calls"; do
            tool=(strace -f -c -o "$run/$1.$reload.$requests.calls")
            start_server "${flags[@]}"
            request -n "$requests" -w "$serving"
            stop_server
        done
    done
}

# of_reload WAY On|Off: instructions per request
of_reload() {
    local sums=() requests
    for requests in "$reload_short" "$reload_long"; do
        sums+=("$(sed -n 's/^summary: //p' "$run/$1.$2.$requests")")
    done
    difference_per "${sums[@]}" $((reload_long - reload_short))
}

# calls_of_reload WAY On|Off: system calls per request
calls_of_reload() {
    local sums=() requests
    for requests in "$few_calls" "$many_calls"; do
        sums+=("$(awk '$NF == "total" { print $4 }' "$run/$1.$2.$requests.calls")")
    done
    difference_per "${sums[@]}" $((many_calls - few_calls))
}

reload_costs() { echo $(($(of_reload "$1" On) - $(of_reload "$1" Off))); }

row_of_reload() {
    echo "| $2 | $(grouped "$(of_reload "$1" Off)") | $(grouped "$(of_reload "$1" On)") | $(grouped "$(reload_costs "$1")") | $(calls_of_reload "$1" Off) | $(calls_of_reload "$1" On) | $3 |"
}
