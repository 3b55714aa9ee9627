# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# The same work by mod_swift, by a module in C, and by the language modules that Debian packages:
# what each costs. A work is a folder of Benchmarks/peers, with one source for each of them, and a function
# describe_WORK below. All responses are compared before anything is measured.

# shellcheck source=Benchmarks/profile.bash
. Benchmarks/profile.bash

peers=(C Swift Python WSGI Perl Lua PHP)
# In their order in the report; --works chooses.
works=(hello reload headers form upload cookie session session-dbm session-redis page publisher auth json output-filter
    input-filter upload-gigabyte sendfile sha256 sleep start edit)
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
    [[ "$prepare" != begin_*sessions ]] || find_sessions
    compare_peers
    [ -z "$compare_only" ] || return 0
    "measure_$kind"
    Benchmarks/report.py add "$work" "$title" "$figures" >&2
}

# With what, and where: lines of $figures.
about_work() {
    local peer
    printf 'about\tdate\t%s\nabout\trevision\t%s, build %s\n' "$(date +%F)" "$(revision_of_tree)" "$(build_id)"
    printf 'about\tload\t%s\n' "$(load_average)"
    circumstances | sed -n 's/^- \(Machine\|httpd\|Swift\): /version\t\1\t/p'
    for peer in "${!absent[@]}"; do printf 'absent\t%s\t%s\n' "$peer" "${absent[$peer]}"; done
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

measure_requests() {
    local peer
    declare -gA counted=()
    for peer in "${present[@]}"; do
        ! is_one_of instructions "$chosen_units" || count_instructions_of "$peer"
        ! is_one_of calls "$chosen_units" || count_calls_of "$peer"
    done
    ! is_one_of instructions "$chosen_units" || check_gates
    [ -z "$profile" ] || profile_work >&2
    ! is_one_of time "$chosen_units" || measure_load
    ! is_one_of memory "$chosen_units" || for peer in "${present[@]}"; do measure_memory_of "$peer"; done
}

# Where the instructions of mod_swift go, beside C's (--profile).
profile_work() {
    local peer
    for peer in Swift C; do
        [ -n "${counted[$peer]:-}" ] || return 0
        per_request "$run/$work.$peer.$step" "$run/$work.$peer.$((3 * step))" $((2 * step)) >"$root/profile.$peer"
    done
    profile_of Swift C
}

check_gates() {
    local gate kind peer factor c=${counted[C]:-0} swift other sentence verdict
    for gate in "${gates[@]}"; do
        read -r kind peer factor <<<"$gate"
        [ -n "${counted[$peer]:-}" ] && [ -n "${counted[Swift]:-}" ] || continue
        swift=${counted[Swift]}
        other=${counted[$peer]}
        if [ "$kind" = over ]; then
            sentence="over C, $peer takes at least $factor times the instructions of mod_swift"
            verdict=$(check_gate "$sentence" $(((swift - c) * factor)) $((other - c)))
        else
            sentence="$peer takes at least $factor times the instructions of mod_swift"
            verdict=$(check_gate "$sentence" "$(awk -v a="$swift" -v f="$factor" 'BEGIN { print a * f }')" "$other")
        fi
        [[ $verdict = *ok ]] || missed=$((missed + 1))
        say "  $verdict"
        printf 'gate\t%s\t%s\n' "${verdict#- Gate: }" x >>"$figures"
    done
}

# is_one_of NAME LIST: an empty list has all.
is_one_of() { [[ -z "$2" || ",$2," = *",$1,"* ]]; }

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
#   mpm[PEER]   if it is not event
#   header[PEER]   one more header line, which a module needs
#   gates    lines of what must hold of the instructions: "over PEER FACTOR", what the peer takes more than C
#            is at least FACTOR times what mod_swift takes more; "all PEER FACTOR", the same of all it takes
#   kind     what is measured: measure_KIND
#   step, calls    requests of a step under callgrind, strace
#   load, rate     requests of a round, and how many a second
describe() {
    # More than connections: with all threads busy, event closes connections that wait.
    threads=32 children=8 work=$1 folder=$1 query='' sources=() c_module=$1_c c_handler=$1-c c_options=() sends=() flags=()
    ignored='' gates=() kind=requests step=200 calls=200 load=800 rate=1600 packages=()
    prepare='' transfer='' bulk_rounds=5 load_connections=8 tolerated='^$'
    declare -gA mpm=([PHP]=Prefork) file=() module=() path=() header=() absent=()
    file[C]=mod_$1_c.c file[Swift]=$1.swift file[Python]=$1.py file[WSGI]=$1.wsgi
    file[Perl]=${1^}.pm file[Lua]=$1.lua file[PHP]=$1.php
    "describe_${1//-/_}"
    present=()
    for peer in "${peers[@]}"; do
        [ -n "${absent[$peer]:-}" ] || ! is_one_of "$peer" "$chosen_peers" || present+=("$peer")
    done
}

describe_hello() {
    title='hello'
    sources=(Examples/hello/hello.swift Benchmarks/mod_hello_c/mod_hello_c.c)
    step=1000 calls=500 load=1600
    gates=('over Python 10' 'over WSGI 10' 'over Perl 10' 'over Lua 10' 'over PHP 10')
}

describe_reload() {
    describe_hello
    title='hello, sources looked at in each request'
    folder=hello c_module=hello_c c_handler=hello-c flags=(-D Reload)
    packages=(libapache2-reload-perl)
    file[C]=mod_hello_c.c file[Swift]=hello.swift file[Python]=hello.py file[WSGI]=hello.wsgi
    file[Perl]=Hello.pm file[Lua]=hello.lua file[PHP]=hello.php
}

describe_headers() {
    title='30 request headers read, 10 response headers set'
    for i in {0..29}; do sends+=(-H "X-In-$i: value number $i"); done
}

describe_form() {
    title='form of 20 fields'
    sources=(Benchmarks/forms/forms.swift Benchmarks/mod_forms_c/mod_forms_c.c)
    c_module=forms_c c_handler=forms-c query='?s'
    file[C]=mod_forms_c.c file[Swift]=forms.swift
    sends=(-d "$(for i in {0..19}; do printf 'field_%d=value+%d%%21&' "$i" "$i"; done | sed 's/&$//')")
}

describe_upload() {
    title='multipart form with a file of 1 MB'
    sources=(Benchmarks/forms/forms.swift Benchmarks/mod_forms_c/mod_forms_c.c)
    c_module=forms_c c_handler=forms-c query='?u'
    file[C]=mod_forms_c.c file[Swift]=forms.swift
    packages=(python3-multipart libhttp-entity-parser-perl)
    step=10 calls=50 load=100 rate=100
    # File::Temp says so in threads of mod_perl, and goes on.
    tolerated='File/Temp.pm line'
    {
        printf -- '------WebKitFormBoundary7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n'
        printf 'Content-Type: application/octet-stream\r\n\r\n'
        head -c 1048576 /dev/urandom
        printf '\r\n------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n'
    } >"$root/megabyte"
    sends=(-m 'multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW' -f "$root/megabyte")
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
    file[Swift]=swift.psp module[Swift]=mod_swift::psp file[Python]=python.psp module[Python]=mod_python.psp
    file[Perl]=Table.pm file[PHP]=table.php
    packages=(libhtml-template-perl python3-jinja2)
    step=5 calls=20 load=40 rate=40
    gates=('all C 0.67' 'all PHP 6' 'all Perl 1' 'all Python 30')
}

describe_publisher() {
    title='function with two parameters: a publisher, or by hand'
    sources=(Benchmarks/publisher/app/app.swift)
    file[Swift]=app.swift module[Swift]=mod_swift::publisher
    file[Python]=app.py module[Python]=mod_python.publisher
    path[Swift]=/email path[Python]=/email
    gates=('over Python 10')
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

describe_session() {
    title='session loaded, changed, saved: files'
    folder=session c_module=sessions_c
    sources=(Benchmarks/sessions/sessions.swift Benchmarks/mod_sessions_c/mod_sessions_c.c)
    file[C]=mod_sessions_c.c file[Swift]=sessions.swift
    file[Python]=session.py file[WSGI]=session.wsgi file[Perl]=Session.pm file[PHP]=session.php
    packages=(python3-beaker libapache-session-perl libcookie-baker-perl libcookie-baker-xs-perl)
    absent[Lua]='it has no sessions'
    # One client: others would wait for its lock.
    load_connections=1 load=300 rate=300
    ignored='set-cookie|cache-control'
    prepare=begin_sessions
}

describe_session_dbm() {
    describe_session
    title='session loaded, changed, saved: DBM (C: files)'
    flags=(-D DBM)
    for peer in WSGI Perl PHP; do absent[$peer]='the other row has its sessions'; done
    # Its cleanup, once in a thousand requests, fails under Python 3; the session is saved.
    tolerated='python_cleanup: Error|no attribute .first|DbmSession: registered'
}

describe_session_redis() {
    describe_session
    title='session loaded, changed, saved: redis (C: files)'
    flags=(-D Redis)
    packages+=(redis-server python3-redis php8.2-redis libapache-session-browseable-perl libredis-perl)
    file[Perl]=RedisSession.pm file[WSGI]=redis.wsgi
    absent[Python]='it has no store in redis'
    prepare=begin_redis_sessions
}

describe_output_filter() {
    title='output filter, 100 MB read and written'
    kind=bulk folder=filter c_module=filters_c flags=(-D Output) query='?read'
    sources=(Benchmarks/filters/filters.swift Benchmarks/mod_filters_c/mod_filters_c.c)
    for peer in "${peers[@]}"; do file[$peer]=body; done
    module=([Swift]=filters [Perl]=Filter [Lua]=filter)
    absent[Python]="its filters change bytes of long bodies under Python 3"
    absent[WSGI]='it has no filters' absent[PHP]='it has no filters'
    prepare=write_large_body transfer=download
}

describe_input_filter() {
    describe_output_filter
    title='input filter, 100 MB read and written'
    flags=(-D Input) transfer=upload_body
}

describe_upload_gigabyte() {
    describe_upload
    title='multipart form with a file of 1 GiB'
    kind=bulk folder=upload flags=(-D Large) transfer=upload_form bulk_rounds=3
    file[Python]=upload.py file[WSGI]=upload.wsgi file[Perl]=Upload.pm file[PHP]=upload.php
    absent[Lua]='it keeps the whole body in memory'
}

describe_sendfile() {
    title='1 GiB sent with sendfile'
    kind=bulk c_module=bodies_c c_handler=bodies-c query='?file'
    sources=(Benchmarks/bodies/bodies.swift Benchmarks/mod_bodies_c/mod_bodies_c.c)
    file[C]=x.do file[Swift]=x.do module[Swift]=bodies
    prepare=write_gigabyte transfer=download
}

describe_sha256() {
    title='SHA-256 of 1 MB in the language itself'
    kind=scaling
}

describe_sleep() {
    title='handler that sleeps 100 ms, 256 threads'
    kind=sleepers threads=256 children=256
}

describe_start() {
    describe_reload
    title='hello' flags=() kind=starts
}

describe_edit() {
    describe_reload
    title='hello' flags=(-D Reload -D Debug) kind=edits
    # Apache2::Reload loses the handlers of other threads.
    mpm[Perl]=Prefork
    absent[C]='httpd has to be started again'
    absent[Python]='PythonAutoReload does not import a module again under Python 3'
}

lay_out_work() {
    if [ -z "${absent[C]:-}" ]; then
        build_module "mod_$c_module" "${c_options[@]}"
        cp ".build/bench/mod_$c_module/.libs/mod_$c_module.so" "$root/"
    fi
    mkdir -p "$root/peers/$folder"
    cp -r "Benchmarks/peers/$folder/." "${sources[@]}" "$root/peers/$folder/"
    [ -z "$prepare" ] || "$prepare"
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
        -C "Define Children $children" -C "Define Limit $((2 * children))" \
        -C "Define Module ${module[$1]:-$name}" -C "Define Handler $c_handler"
}

# ask PEER OPTION …: the requests of this work.
ask() { request "${sends[@]}" ${header[$1]:+-H "${header[$1]}"} "${@:2}"; }

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
    if [ -n "$transfer" ]; then
        compare_transfers
        return
    fi
    for peer in "${present[@]}"; do
        start_peer "$peer" -X -D Prefork
        ask "$peer" -p | normalized >"$root/answer.$peer"
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
        ask "$1" -n "$requests" -w "$serving"
        stop_server
        counts+=("$(sed -n 's/^summary: //p' "$run/$work.$1.$requests")")
    done
    counted[$1]=$(difference_per "${counts[0]}" "${counts[2]}" $((2 * step)))
    record "$1" instructions "$(difference_per "${counts[0]}" "${counts[1]}" "$step")" \
        "$(difference_per "${counts[1]}" "${counts[2]}" "$step")"
}

count_calls_of() {
    local counts=() requests
    for requests in "$calls" $((2 * calls)); do
        tool=(strace -f -c -o "$run/calls")
        start_peer "$1" -X -D Prefork
        ask "$1" -n "$requests" -w "$serving"
        stop_server
        # The columns: share, seconds, µs a call, calls, errors if any, name.
        counts+=("$(awk '$NF == "total" { print $4 }' "$run/calls")")
    done
    record "$1" calls "$(difference_per "${counts[0]}" "${counts[1]}" "$calls" %.1f)"
}

# ---- Processor time at a load -----------------------------------------------

load_rounds=5

# event; Debian's PHP is not for threads.
mpm_of() { echo "${mpm[$1]:-Event}"; }

# Starts all servers. Then in_turn PEER makes one of them the server that is asked.
start_all() { # OPTION …
    local peer
    declare -gA ports=() ids=() groups=() urls=()
    alone=$run
    for peer in "${present[@]}"; do
        run=$root/run.$peer
        mkdir -p "$run"
        [ ${#account[@]} = 0 ] || chown "$user" "$run"
        start_peer "$peer" "${@/@MPM@/$(mpm_of "$peer")}"
        beside+=("$server")
        ports[$peer]=$port ids[$peer]=$serving groups[$peer]=$server urls[$peer]=$hello
    done
}

in_turn() {
    serving=${ids[$1]} server=${groups[$1]} port=${ports[$1]} hello=${urls[$1]} run=$root/run.$1
}

stop_all() {
    local peer
    for peer in "${present[@]}"; do
        in_turn "$peer"
        stop_server
    done
    # Not earlier: where one has complaints, this script ends and has to end the others.
    beside=()
    run=$alone
}

# In each round every server is asked once.
measure_load() {
    local peer round before
    declare -A times=()
    tool=()
    start_all -DFOREGROUND -D @MPM@
    # One request first: mod_python calls a module that another thread has not loaded completely.
    for peer in "${present[@]}"; do
        in_turn "$peer"
        ask "$peer"
    done
    for ((round = 0; round <= load_rounds; round++)); do
        for peer in "${present[@]}"; do
            in_turn "$peer"
            before=$(time_of_server)
            ask "$peer" -n "$load" -c "$load_connections" -r "$rate"
            # The first one is not counted.
            [ "$round" = 0 ] || times[$peer]+=" $(awk -v ns=$(($(time_of_server) - before)) -v n="$load" \
                'BEGIN { printf "%.1f", ns / n / 1000 }')"
        done
    done
    stop_all
    # shellcheck disable=SC2086 # one word a round
    for peer in "${present[@]}"; do record "$peer" time ${times[$peer]}; done
}

# Nanoseconds of all threads of httpd and its children.
time_of_server() {
    local child sum=0 task
    for child in "$serving" $(pgrep -P "$serving"); do
        for task in "/proc/$child/task"/*; do
            read -r task _ <"$task/schedstat"
            sum=$((sum + task))
        done
    done
    echo "$sum"
}

# ---- Memory -----------------------------------------------------------------

# Pss of all children, which serve eight connections: one under event, or eight.
measure_memory_of() {
    tool=()
    start_peer "$1" -DFOREGROUND -D "$(mpm_of "$1")"
    wait_for 10 has_children
    sleep 0.5
    record "$1" empty "$(memory_of_children)"
    ask "$1"
    ask "$1" -n $((load > 400 ? load : 400)) -c "$load_connections"
    sleep 0.5
    record "$1" memory "$(memory_of_children)"
    stop_server
}

has_children() { pgrep -P "$serving" >/dev/null; }

memory_of_children() {
    local child
    for child in $(pgrep -P "$serving"); do
        sed -n 's/^Pss: *\([0-9]*\) kB$/\1/p' "/proc/$child/smaps_rollup" 2>/dev/null
    done | awk '{ sum += $1 } END { print sum }'
}

# ---- Large bodies -----------------------------------------------------------

# 100 MB of text, each line its own.
write_large_body() {
    build_module mod_bodies_c
    cp .build/bench/mod_bodies_c/.libs/mod_bodies_c.so "$root/"
    mkdir -p "$root/peers/filter"
    seq -f 'line %012.0f of a body that a filter reads and writes' 1 1650000 >"$root/peers/filter/body"
    truncate -s 104857600 "$root/peers/filter/body"
}

# All holes: the disk has no part in it.
write_gigabyte() {
    mkdir -p "$root/peers/sendfile"
    truncate -s $((1 << 30)) "$root/peers/sendfile/body"
}

url() { echo "http://127.0.0.1:$port$hello"; }

# Each prints the size of the body.
download() { curl -qsS -m 300 -o /dev/null -w '%{size_download}' "$(url)"; }
upload_body() { curl -qsS -m 300 -H Expect: -X POST -T "$root/peers/filter/body" "$(url)"; }
upload_form() {
    truncate -s $((1 << 30)) "$root/gigabyte"
    curl -qsS -m 300 -H Expect: -F "f=@$root/gigabyte" "$(url)"
}

compare_transfers() {
    local peer size expected=''
    for peer in "${present[@]}"; do
        start_peer "$peer" -X -D Prefork
        if [ "$transfer" = download ]; then
            curl -qsS -m 300 "$(url)" | cmp - "$root/peers/$folder/body" || server_failed "with $peer sent another body"
        elif [ "$transfer" = upload_body ]; then
            curl -qsS -m 300 -X POST -T "$root/peers/$folder/body" "$(url | sed 's/read/echo/')" |
                cmp - "$root/peers/$folder/body" || server_failed "with $peer read another body"
        fi
        size=$("$transfer")
        : "${expected:=$size}"
        [ "$size" = "$expected" ] || server_failed "with $peer took or sent $size bytes, not $expected"
        stop_server
    done
    bulk_size=$expected
    say "  ${present[*]} send and take the same."
}

measure_bulk() {
    local peer round before memory
    declare -A times=() growth=()
    start_all -X -D Prefork
    for ((round = 0; round <= bulk_rounds; round++)); do
        for peer in "${present[@]}"; do
            in_turn "$peer"
            memory=$(private_memory) before=$(time_of_server)
            [ "$("$transfer")" = "$bulk_size" ] || server_failed "with $peer took or sent something else"
            sleep 0.05
            # Once before it counts: loaded, buffers made.
            [ "$round" = 0 ] || times[$peer]+=" $((($(time_of_server) - before) / 1000000))"
            growth[$peer]=$(($(private_memory) - memory))
        done
    done
    stop_all
    for peer in "${present[@]}"; do
        # shellcheck disable=SC2086 # one word a round
        record "$peer" bulk ${times[$peer]}
        record "$peer" growth "${growth[$peer]}"
    done
}

private_memory() { sed -n 's/^Private_Dirty: *\([0-9]*\) kB$/\1/p' "/proc/$serving/smaps_rollup"; }

# ---- Sessions ---------------------------------------------------------------

# Folders of the server's user, and for each module the cookie of a session that is there.
begin_sessions() {
    local peer cookie
    rm -rf "$root/sessions"
    mkdir -p "$root/sessions"
    for peer in "${present[@]}"; do mkdir -m 700 "$root/sessions/$peer"; done
    cookie=cccccccccccccccccccccccccccccccc
    [ ! -d "$root/sessions/C" ] || echo 1 >"$root/sessions/C/$cookie"
    [ ${#account[@]} = 0 ] || chown -R "$user" "$root/sessions"
    header[C]="Cookie: id=$cookie"
}

# A redis without a file, which listens on a socket that httpd's user may write to, too.
begin_redis_sessions() {
    begin_sessions
    mkdir -m 700 "$root/redis"
    [ ${#account[@]} = 0 ] || chown "$user" "$root/redis"
    setsid "${account[@]}" "${clean[@]}" redis-server --port 0 --unixsocket "$root/redis/socket" --save '' \
        --dir "$root/redis" </dev/null >"$root/redis.output" 2>&1 &
    helpers+=("$!")
    wait_for 20 test -S "$root/redis/socket" || fail "redis did not start: $(cat "$root/redis.output")"
}

# stored_sessions PEER: what is stored of it, to see that it changes.
stored_sessions() {
    if [ "$prepare" = begin_redis_sessions ]; then
        redis-cli -s "$root/redis/socket" --scan | sort | while read -r key; do
            echo "$key $(redis-cli --no-raw -s "$root/redis/socket" dump "$key")"
        done
    else
        find "$root/sessions/$1" -type f -exec stat -c '%n %Y %Z %y' {} +
    fi
}

# The cookie that a first response sets; what is stored changes with a second one.
find_sessions() {
    local peer
    for peer in "${present[@]}"; do
        [ "$peer" != C ] || continue
        start_peer "$peer" -X -D Prefork
        header[$peer]="Cookie: $(curl -qsS -m 120 -D - -o /dev/null "$(url)" |
            sed -n 's/^[Ss]et-[Cc]ookie: \([^;\r]*\).*/\1/p' | head -n 1)"
        stored_sessions "$peer" >"$root/before"
        sleep 0.05
        ask "$peer"
        stop_server
        ! stored_sessions "$peer" | cmp -s - "$root/before" || fail "$peer did not save the session"
    done
}

# ---- Cores, sleepers, starts, edits -----------------------------------------

# Requests per second of two at once, on one core and on two: three rounds, or one of a module that takes long.
measure_scaling() {
    local peer round cores seconds requests end
    declare -A rates=()
    for peer in "${present[@]}"; do
        end=$((SECONDS + 30))
        for ((round = 0; round < 3 && (round == 0 || SECONDS < end); round++)); do
            for cores in 0 0,1; do
                tool=(taskset -c "$cores")
                start_peer "$peer" -DFOREGROUND -D "$(mpm_of "$peer")"
                seconds=$(seconds_of ask "$peer")
                requests=$(awk -v s="$seconds" 'BEGIN { n = int(2 / s / 2) * 2; print n < 2 ? 2 : n }')
                seconds=$(seconds_of ask "$peer" -n "$requests" -c 2)
                stop_server
                rates[$cores]+=" $(awk -v n="$requests" -v s="$seconds" 'BEGIN { printf "%.3f", n / s }')"
            done
        done
        # shellcheck disable=SC2086 # one word a round
        {
            record "$peer" one ${rates[0]}
            record "$peer" two ${rates[0,1]}
            # shellcheck disable=SC2046
            record "$peer" scaling $(paste <(tr ' ' '\n' <<<"${rates[0]}") <(tr ' ' '\n' <<<"${rates[0,1]}") |
                awk 'NF == 2 { printf "%.3f ", $2 / $1 }')
        }
        rates=()
    done
    tool=()
}

seconds_of() {
    local before
    before=$(date +%s%N)
    "$@"
    awk -v ns=$(($(date +%s%N) - before)) 'BEGIN { printf "%.4f", ns / 1e9 }'
}

measure_sleepers() {
    local peer round seconds rates
    tool=()
    for peer in "${present[@]}"; do
        start_peer "$peer" -DFOREGROUND -D "$(mpm_of "$peer")"
        ask "$peer" -n 480 -c 240
        rates=()
        for ((round = 0; round < 3; round++)); do
            seconds=$(seconds_of ask "$peer" -n 2400 -c 240)
            rates+=("$(awk -v s="$seconds" 'BEGIN { printf "%.0f", 2400 / s }')")
        done
        record "$peer" rate "${rates[@]}"
        record "$peer" memory "$(memory_of_children)"
        stop_server
    done
}

measure_starts() {
    local peer round times before socket line pause=0.002
    tool=()
    for peer in "${present[@]}"; do
        times=()
        for ((round = 0; round < 7; round++)); do
            before=$(date +%s%N)
            start_peer "$peer" -DFOREGROUND -D "$(mpm_of "$peer")"
            exec {socket}<>"/dev/tcp/127.0.0.1/$port"
            printf 'GET %s HTTP/1.0\r\n\r\n' "$hello" >&"$socket"
            read -r -u "$socket" line
            times+=($((($(date +%s%N) - before) / 1000000)))
            exec {socket}>&-
            [[ $line = *' 200 '* ]] || server_failed "answered $line"
            stop_server
        done
        record "$peer" start "${times[@]}"
    done
}

# Each edit is a second after the one before: some look at whole seconds.
measure_edits() {
    local peer round times before source pause=0.002
    tool=()
    for peer in "${present[@]}"; do
        times=() source=$root/peers/$folder/${file[$peer]}
        cp "$source" "$root/original"
        start_peer "$peer" -DFOREGROUND -D "$(mpm_of "$peer")"
        ask "$peer" -n 16 -c 8
        for ((round = 0; round < 7; round++)); do
            sleep 1.2
            sed "s/World/World $round/" "$root/original" >"$source.new"
            chmod 644 "$source.new"
            before=$(date +%s%N)
            mv "$source.new" "$source"
            wait_for 30 says "Hello World $round!" || server_failed "did not notice an edit"
            times+=($((($(date +%s%N) - before) / 1000000)))
        done
        stop_server
        cp "$root/original" "$source"
        record "$peer" edit "${times[@]}"
    done
}

says() { [ "$(curl -qsS -m 30 "$(url)")" = "$1" ]; }
