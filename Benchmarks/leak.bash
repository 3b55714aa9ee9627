# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# What a request to a handler that touches every member leaves behind: nothing.
# Memcheck compares two run lengths; a third run looks at the memory of a child
# without a tool, where what a pool keeps to the child's end would show. All of it takes
# ten minutes of a processor's time.

short_leak=2000 long_leak=6000
# Each with the status of its answer: a body that is read at once and in parts,
# a file, a redirect, an error of the handler's own, and a header that is refused.
every=("do 200" "async 200" "file 200" "redirect 200" "refuse 404" "mistake 500")

measure_leak() {
    local requests
    scripts/prepare valgrind libc6-dbg >&2
    write_every
    write_suppressions
    tool=()
    start_every
    request_every 30 # compiles the handlers, so that valgrind need not wait for that
    stop_server
    for requests in "$short_leak" "$long_leak"; do
        say "Looking for leaks in $(grouped "$requests") requests …"
        tool=(valgrind --tool=memcheck --leak-check=full --show-leak-kinds=definite,indirect
            --undef-value-errors=no --num-callers=30 --vgdb=no
            "--suppressions=$root/loader.supp" "--log-file=$run/leak.$requests")
        start_every
        request_every "$requests"
        stop_server
    done
    measure_growth
    report_leak
}

report_leak() {
    local kind
    cat <<END
# What requests leave behind

httpd -X (prefork, keep-alive) under $(valgrind --version) --leak-check=full, with the handlers
of Tests/Fixtures/EveryMember: they touch every member of the public interface.
$(grouped "$short_leak") and $(grouped "$long_leak") requests, GET and POST, to a synchronous and an asynchronous
handler, for a file, an internal redirect, a 404, and a 500 over a refused header. Bytes
at the end of the process:

| kind | $(grouped "$short_leak") requests | $(grouped "$long_leak") requests | for each request |
| --- | ---: | ---: | ---: |
$(for kind in "definitely lost" "indirectly lost" "possibly lost" "still reachable"; do
        row_of_leak "$kind"
    done)

Without a tool, the memory of its own (Anonymous) of the process after $(grouped "$long_leak") requests and after twice as
many: $(grouped "$grown_from") and $(grouped "$grown_to") KB.

END
    check_gate "no byte more is definitely lost" "$(leak_slope "definitely lost")" 0
    check_gate "no byte more is indirectly lost" "$(leak_slope "indirectly lost")" 0
    check_gate "no memory is touched that is not there ($(invalid_accesses) times)" \
        "$(invalid_accesses)" 0
    check_gate "another $(grouped "$long_leak") requests take at most 64 KB more" \
        $((grown_to - grown_from)) 64
}

start_every() { start_server -X -D Prefork -D Swift -D Every; }

# request_every REQUESTS: so many in all, half of them with a body; what does not divide by the kinds
# goes to the first. Encrypted cookies, and new sessions, differ each time.
request_every() {
    local each=$(($1 / ${#every[@]} / 2)) kind extension status
    local rest=$(($1 - each * 2 * ${#every[@]}))
    [ "$rest" = 0 ] || hello=/every/x.do request -i Set-Cookie: -n "$rest"
    for kind in "${every[@]}"; do
        read -r extension status <<<"$kind"
        hello=/every/x.$extension?a=1 request -i Set-Cookie: -n "$each" -s "$status"
        hello=/every/x.$extension?a=1 request -i Set-Cookie: -n "$each" -s "$status" -d $'a line\nanother one\n'
    done
}

measure_growth() {
    tool=()
    start_every
    request_every "$long_leak"
    grown_from=$(private_memory)
    request_every "$long_leak"
    grown_to=$(private_memory)
    stop_server
}

# Not Private_Dirty: pages of files that are not on the disk yet are part of it.
private_memory() { awk '/^Anonymous/ { print $2 }' "/proc/$serving/smaps_rollup"; }

# leaked KIND REQUESTS: bytes; memcheck leaves out what is none.
leaked() {
    local bytes
    bytes=$(sed -n "s/^==[0-9]*== *$1: \\([0-9,]*\\) bytes.*/\\1/p" "$run/leak.$2" | tr -d ,)
    echo "${bytes:-0}"
}

leak_slope() {
    difference_per "$(leaked "$1" "$short_leak")" "$(leaked "$1" "$long_leak")" \
        $((long_leak - short_leak)) %.2f
}

row_of_leak() {
    echo "| $1 | $(grouped "$(leaked "$1" "$short_leak")") |" \
        "$(grouped "$(leaked "$1" "$long_leak")") | $(leak_slope "$1") |"
}

# The dynamic loader's own strncmp reads whole words, past the end of a text.
write_suppressions() {
    printf '{\n   loader\n   Memcheck:Addr8\n   fun:strncmp\n   fun:is_dst\n}\n' >"$root/loader.supp"
}

invalid_accesses() {
    cat "$run"/leak.* | grep -cE '== (Invalid|Mismatched|Process terminating)' || true
}

write_every() {
    mkdir -p "$root/every"
    cat Tests/Fixtures/EveryMember/*.swift >"$root/every/app.swift"
    seq 1 2000 >"$root/every/x.file"
    cat >"$root/every.conf" <<END
LoadModule authn_core_module "$(value LIBEXECDIR)/mod_authn_core.so"
LogLevel crit
Alias /every "$root/every"
Alias /app "$root/every"
<Directory "$root/every">
    Require all granted
    AuthType Basic
    AuthName every
    AddHandler mod_swift .do .async .file .redirect .refuse .mistake
    SwiftHandler app
    SwiftHandler app::asynchronous | .async
    SwiftHandler app::file | .file
    SwiftHandler app::redirect | .redirect
    SwiftHandler app::refuse | .refuse
    SwiftHandler app::mistake | .mistake
    SwiftAutoReload Off
</Directory>
END
    chmod -R a+rX "$root/every" "$root/every.conf"
}
