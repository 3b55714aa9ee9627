# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# The same work by mod_swift, by a module in C, and by the language modules that Debian packages:
# what each costs. A work is a folder of Benchmarks/peers, with one source for each of them, and a function
# describe_WORK below. All responses are compared before anything is measured.

peers=(C Swift Python WSGI Perl Lua PHP)
# In their order in the report; --works chooses.
works=(hello reload headers form upload cookie page publisher auth json)
peer_packages=(valgrind libc6-dbg strace python3 libapache2-mod-python libapache2-mod-wsgi-py3 libapache2-mod-perl2
    libapache2-mod-php8.2)

measure_peers() {
    local work
    configuration=Benchmarks/peers.conf.in
    scripts/prepare "${peer_packages[@]}" >&2
    printf '%s\n' 'opcache.enable=1' 'opcache.validate_timestamps=0' 'opcache.revalidate_freq=0' \
        'expose_php=Off' 'default_charset=""' 'session.cache_limiter=""' >"$root/php.ini"
    mkdir "$root/peers"
    figures=$root/figures
    export WORKS="${works[*]}"
    for work in "${chosen_works[@]:-${works[@]}}"; do
        measure_work "$work"
    done
    [ -n "$compare_only" ] || Benchmarks/report.py show "${chosen_works[@]}"
}

measure_work() {
    local peer
    describe "$1"
    scripts/prepare "${packages[@]}" >&2
    lay_out_work
    about_work >"$figures"
    say "$1: $title"
    compare_peers
    [ -z "$compare_only" ] || return 0
    for peer in "${present[@]}"; do
        [ -z "$step" ] || count_instructions_of "$peer"
        [ -z "$calls" ] || count_calls_of "$peer"
    done
    [ -z "$load" ] || measure_load
    [ -z "$load" ] || for peer in "${present[@]}"; do measure_memory_of "$peer"; done
    Benchmarks/report.py add "$work" "$title" "$figures" >&2
}

# With what, and where: lines of $figures.
about_work() {
    local peer
    printf 'about\tdate\t%s\nabout\trevision\t%s, build %s\n' "$(date +%F)" "$(revision_of_tree)" "$(build_id)"
    circumstances | sed -n 's/^- \(Machine\|httpd\|Swift\): /version\t\1\t/p'
    for peer in "${!package_of[@]}"; do
        printf 'version\t%s\t%s\n' "$peer" "$(dpkg-query -Wf '${Version}' "${package_of[$peer]}")"
    done | sort
}

declare -A package_of=([mod_python]=libapache2-mod-python [mod_wsgi]=libapache2-mod-wsgi-py3
    [mod_perl]=libapache2-mod-perl2 [mod_php]=libapache2-mod-php8.2 [mod_lua]=apache2-bin)

# What is not committed nobody can measure again.
revision_of_tree() {
    local changes
    changes=$(git status --porcelain -- . ':!docs')
    echo "$(revision)${changes:+ with changes}"
}

# record PEER UNIT VALUE …: a figure of this work, in all rounds; what takes part in a round has one place.
record() {
    local IFS=$'\t'
    echo "$*" >>"$figures"
    IFS=' '
    say "  $1: ${*:2}"
}

# ---- Works ------------------------------------------------------------------

# describe WORK: sets what is measured:
#   title    what it does, in the report
#   folder   of $root/peers and of the URL; query, what follows in the URL
#   sources  files of elsewhere that belong to it
#   file[PEER], module[PEER]   the source, and what the configuration calls
#   c_module, c_handler, c_options   the module in C, and apxs's options
#   sends    options of the client; $root is not known before
#   flags    of httpd
#   path[PEER]  what follows the source's name in the URL
#   ignored  header fields, separated by |, which need not be the same
#   absent[PEER]   why it has none
#   step, calls    requests of a step under callgrind, strace
#   load, rate     requests of a round, and how many a second
describe() {
    threads=8 work=$1 folder=$1 query='' sources=() c_module=$1_c c_handler=$1-c c_options=() sends=() flags=()
    ignored='' step=200 calls=200 load=800 rate=1600 packages=()
    declare -gA file=() module=() path=() absent=()
    file[C]=mod_$1_c.c file[Swift]=$1.swift file[Python]=$1.py file[WSGI]=$1.wsgi
    file[Perl]=${1^}.pm file[Lua]=$1.lua file[PHP]=$1.php
    "describe_$1"
    present=()
    for peer in "${peers[@]}"; do
        [ -n "${absent[$peer]:-}" ] || present+=("$peer")
    done
}

describe_hello() {
    title='hello'
    sources=(Examples/hello/hello.swift Benchmarks/mod_hello_c/mod_hello_c.c)
    step=1000 calls=500 load=1600
}

describe_reload() {
    describe_hello
    title='hello, sources looked at in each request'
    folder=hello c_module=hello_c c_handler=hello-c flags=(-D Reload)
    file[C]=mod_hello_c.c file[Swift]=hello.swift file[Python]=hello.py file[WSGI]=hello.wsgi
    file[Perl]=Hello.pm file[Lua]=hello.lua file[PHP]=hello.php
}

describe_headers() {
    title='30 request headers read, 10 response headers set'
    for i in {0..29}; do sends+=(-H "X-In-$i: value number $i"); done
}

describe_form() {
    title='form of 20 fields'
    sources=(Benchmarks/forms/forms.swift Benchmarks/forms/form.py Benchmarks/mod_forms_c/mod_forms_c.c)
    c_module=forms_c c_handler=forms-c query='?s'
    file[C]=mod_forms_c.c file[Swift]=forms.swift
    sends=(-d "$(for i in {0..19}; do printf 'field_%d=value+%d%%21&' "$i" "$i"; done | sed 's/&$//')")
}

describe_upload() {
    title='multipart form with a file of 1 MB'
    sources=(Benchmarks/forms/forms.swift Benchmarks/forms/upload.php Benchmarks/mod_forms_c/mod_forms_c.c)
    c_module=forms_c c_handler=forms-c query='?u'
    file[C]=mod_forms_c.c file[Swift]=forms.swift
    packages=(python3-multipart libhttp-entity-parser-perl)
    step=10 calls=50 load=100 rate=100
    {
        printf -- '--frontier\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n'
        printf 'Content-Type: application/octet-stream\r\n\r\n'
        head -c 1048576 /dev/urandom
        printf '\r\n--frontier--\r\n'
    } >"$root/megabyte"
    sends=(-m 'multipart/form-data; boundary=frontier' -f "$root/megabyte")
}

describe_cookie() {
    title='cookie parsed, its signature checked, a new one set'
    c_options=(-lcrypto)
    packages=(libssl-dev lua-luaossl libcookie-baker-perl libcookie-baker-xs-perl)
    file[Python]=cookies.py
    ignored=cache-control
    sends=(-H 'Cookie: theme=dark; color=OrtBwS_YwtzxPuayfKif7qWWPV38Q2F-_wX72bET70Y::blue')
}

describe_page() {
    title='page with a table of 1,000 rows and 6 columns'
    sources=(Benchmarks/page/. Benchmarks/mod_page_c/mod_page_c.c)
    file[Swift]=swift.psp module[Swift]=mod_swift::psp file[Python]=python.psp module[Python]=mod_python.psp
    file[Perl]=Table.pm file[PHP]=table.php
    packages=(libhtml-template-perl python3-jinja2)
    step=5 calls=20 load=40 rate=40
}

describe_publisher() {
    title='function with two parameters: a publisher, or by hand'
    sources=(Benchmarks/publisher/app/app.swift Benchmarks/publisher/python/app.py)
    file[Swift]=app.swift module[Swift]=mod_swift::publisher
    file[Python]=app.py module[Python]=mod_python.publisher
    path[Swift]=/email path[Python]=/email
    query='?name=Ann&comment=Hello+there'
    packages=(libwww-form-urlencoded-xs-perl)
}

describe_auth() {
    title='Basic authentication by own code, then a static file'
    # PHP has no hook for it: the script sends the file.
    for peer in "${peers[@]}"; do file[$peer]=static.txt; done
    file[PHP]=auth.php
    module=([Swift]=auth [Python]=auth [Perl]=Auth)
    ignored='last-modified|etag|accept-ranges'
    sends=(-H 'Authorization: Basic YW5uOnNlY3JldA==')
}

describe_json() {
    title='JSON of 1 KB read, changed, written'
    c_options=(-ljansson)
    file[Python]=document.py file[Perl]=Document.pm
    packages=(libjansson-dev libjson-xs-perl lua-dkjson lua-lpeg)
    sends=(-m application/json -f "Benchmarks/peers/json/order.json")
}

lay_out_work() {
    if [ -z "${absent[C]:-}" ]; then
        build_module "mod_$c_module" "${c_options[@]}"
        cp ".build/bench/mod_$c_module/.libs/mod_$c_module.so" "$root/"
    fi
    mkdir -p "$root/peers/$folder"
    cp -r "Benchmarks/peers/$folder/." "${sources[@]}" "$root/peers/$folder/"
    if [ -e "Benchmarks/peers/$folder/work.conf" ]; then
        sed -e "s|@ROOT@|$root|g" -e "s|@MODULES@|$(value LIBEXECDIR)|g" \
            "Benchmarks/peers/$folder/work.conf" >"$root/peers/$folder/work.conf"
    fi
    chmod -R a+rX,go-w "$root/peers" "$root"/mod_*.so "$root/php.ini"
}

# ---- Servers ----------------------------------------------------------------

# start_peer PEER OPTION …: its server; sets $hello to the URL.
start_peer() {
    local name=${file[$1]}
    name=${name%.*}
    [ "$1" != C ] || name=$c_module
    hello=/$folder/${file[$1]}${path[$1]:-}$query
    start_server "${@:2}" -D "$1" "${flags[@]}" -C "Define Work $folder" -C "Define Threads $threads" \
        -C "Define Limit $((2 * threads))" \
        -C "Define Module ${module[$1]:-$name}" -C "Define Handler $c_handler"
}

# Standard input without what differs by nature, its head sorted.
normalized() {
    awk -v ignored="^(content-length|transfer-encoding|connection|keep-alive${ignored:+|$ignored}):" '
        inside { print; next }
        /^\r?$/ { inside = 1; close(sort); print; next }
        tolower($0) !~ ignored { print | sort }' sort='LC_ALL=C sort'
}

# All must do the same before it is worth measuring. What has to be compiled is compiled now.
compare_peers() {
    local peer
    tool=()
    for peer in "${present[@]}"; do
        start_peer "$peer" -X -D Prefork
        request "${sends[@]}" -p | normalized >"$root/answer.$peer"
        stop_server
        cmp -s "$root/answer.${present[0]}" "$root/answer.$peer" || {
            diff "$root/answer.${present[0]}" "$root/answer.$peer" >&2 || true
            fail "$work: ${present[0]} (<) and $peer (>) give different responses"
        }
    done
    say "  ${present[*]} give the same response."
}

# ---- Instructions and system calls ------------------------------------------

# Three lengths, so that there are two differences.
count_instructions_of() {
    local counts=() requests
    for requests in "$step" $((2 * step)) $((3 * step)); do
        tool=(valgrind -q --tool=callgrind --vgdb=no "--callgrind-out-file=$run/$work.$1.$requests")
        start_peer "$1" -X -D Prefork
        request "${sends[@]}" -n "$requests" -w "$serving"
        stop_server
        counts+=("$(sed -n 's/^summary: //p' "$run/$work.$1.$requests")")
    done
    record "$1" instructions "$(difference_per "${counts[0]}" "${counts[1]}" "$step")" \
        "$(difference_per "${counts[1]}" "${counts[2]}" "$step")"
}

count_calls_of() {
    local counts=() requests
    for requests in "$calls" $((2 * calls)); do
        tool=(strace -f -c -o "$run/calls")
        start_peer "$1" -X -D Prefork
        request "${sends[@]}" -n "$requests" -w "$serving"
        stop_server
        # The columns: share, seconds, µs a call, calls, errors if any, name.
        counts+=("$(awk '$NF == "total" { print $4 }' "$run/calls")")
    done
    record "$1" calls "$(difference_per "${counts[0]}" "${counts[1]}" "$calls" %.1f)"
}

# ---- Processor time at a load -----------------------------------------------

load_rounds=5 load_connections=8

# event; PHP's module is not for threads.
mpm_of() { if [ "$1" = PHP ]; then echo Prefork; else echo Event; fi; }

# All servers run, one is asked at a time; in each round every one.
measure_load() {
    local peer round before owner=$run
    declare -A ports=() ids=() groups=() urls=() times=()
    tool=()
    for peer in "${present[@]}"; do
        run=$root/run.$peer
        mkdir -p "$run"
        [ ${#account[@]} = 0 ] || chown "$user" "$run"
        start_peer "$peer" -DFOREGROUND -D "$(mpm_of "$peer")"
        beside+=("$server")
        ports[$peer]=$port ids[$peer]=$serving groups[$peer]=$server urls[$peer]=$hello
        request "${sends[@]}" -n 80 -c "$load_connections"
    done
    for ((round = 1; round <= load_rounds; round++)); do
        for peer in "${present[@]}"; do
            serving=${ids[$peer]} port=${ports[$peer]} hello=${urls[$peer]} run=$root/run.$peer
            before=$(time_of_children)
            request "${sends[@]}" -n "$load" -c "$load_connections" -r "$rate"
            times[$peer]+=" $(awk -v ns=$(($(time_of_children) - before)) -v n="$load" \
                'BEGIN { printf "%.1f", ns / n / 1000 }')"
        done
    done
    beside=()
    for peer in "${present[@]}"; do
        run=$root/run.$peer serving=${ids[$peer]} server=${groups[$peer]}
        stop_server
        # shellcheck disable=SC2086 # one word a round
        record "$peer" time ${times[$peer]}
    done
    run=$owner
}

# Nanoseconds of all threads of all children.
time_of_children() {
    local child sum=0 task
    for child in $(pgrep -P "$serving"); do
        for task in "/proc/$child/task"/*; do
            read -r task _ <"$task/schedstat"
            sum=$((sum + task))
        done
    done
    echo "$sum"
}

# ---- Memory -----------------------------------------------------------------

# Pss of all children, which serve eight connections: one with eight threads, or eight.
measure_memory_of() {
    tool=()
    start_peer "$1" -DFOREGROUND -D "$(mpm_of "$1")"
    wait_for 10 has_children
    sleep 0.5
    record "$1" empty "$(memory_of_children)"
    request "${sends[@]}" -n $((load > 400 ? load : 400)) -c "$load_connections"
    sleep 0.5
    record "$1" memory "$(memory_of_children)"
    stop_server
}

has_children() { pgrep -P "$serving" >/dev/null; }

memory_of_children() {
    local child
    for child in $(pgrep -P "$serving"); do
        sed -n 's/^Pss: *\([0-9]*\) kB$/\1/p' "/proc/$child/smaps_rollup"
    done | awk '{ sum += $1 } END { print sum }'
}
