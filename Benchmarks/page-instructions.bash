# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# How many instructions a page with a table of 1,000 rows and 6 columns takes, over
# the same bytes in C, and beside the templates of others.

few_requests=5 more_requests=25
languages=(C Swift PHP Perl Python)

measure_page_instructions() {
    local c swift php python perl
    scripts/prepare valgrind libc6-dbg libapache2-mod-php8.2 libapache2-mod-python \
        libapache2-mod-perl2 libhtml-template-perl >&2
    lay_out_pages
    compare_pages
    for language in "${languages[@]}"; do count_pages "$language"; done
    c=$(of_page C) swift=$(of_page Swift) php=$(of_page PHP) python=$(of_page Python)
    perl=$(of_page Perl)
    cat <<END
# A page with a table

What httpd -X (prefork) executes in user space for one request of a page with a table of
1,000 rows and 6 columns of numbers, $(wc -c <"$root/page.C") bytes, counted by $(valgrind --version)
--tool=callgrind: the difference of runs of $few_requests and $more_requests requests, divided. All answer the same
bytes. C appends them to one buffer. PHP escapes by htmlspecialchars and has opcache, HTML::Template escapes
and caches the template, mod_python escapes nothing.

| | instructions | of C |
| --- | ---: | ---: |
| C | $(grouped "$c") | 1.00 |
| mod_swift, server page | $(grouped "$swift") | $(share "$swift" "$c") |
| PHP $(php_version) with opcache | $(grouped "$php") | $(share "$php" "$c") |
| mod_perl $(perl_version) with HTML::Template | $(grouped "$perl") | $(share "$perl" "$c") |
| mod_python $(python_version), PSP | $(grouped "$python") | $(share "$python" "$c") |

END
    check_gate "at most 1.5 times what C takes" "$(share "$swift" "$c")" 1.5
    check_gate "PHP takes at least 6 times as much" "$(share 6 "$(share "$php" "$swift")")" 1
    check_gate "mod_perl takes more" "$(share "$swift" "$perl")" 1
    check_gate "mod_python takes at least 30 times as much" "$(share 30 "$(share "$python" "$swift")")" 1
}

share() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", a / b }'; }
php_version() { dpkg-query -W -f '${Version}' libapache2-mod-php8.2 | cut -d- -f1; }
perl_version() { dpkg-query -W -f '${Version}' libapache2-mod-perl2 | cut -d- -f1; }
python_version() { dpkg-query -W -f '${Version}' libapache2-mod-python | cut -d+ -f1; }

lay_out_pages() {
    local modules
    modules=$(value LIBEXECDIR)
    build_module mod_page_c
    cp .build/bench/mod_page_c/.libs/mod_page_c.so "$root/"
    cp -r Benchmarks/page "$root/page"
    printf 'opcache.enable=1\nopcache.validate_timestamps=0\n' >"$root/php.ini"
    cat >"$root/page.conf" <<END
Alias /page "$root/page"
<IfDefine C>
    LoadModule page_c_module "$root/mod_page_c.so"
</IfDefine>
<IfDefine PHP>
    LoadModule php_module "$modules/libphp8.2.so"
    PHPIniDir "$root"
    php_admin_value default_charset utf-8
</IfDefine>
<IfDefine Perl>
    LoadModule perl_module "$modules/mod_perl.so"
    PerlSwitches -I$root/page
    PerlModule Table
</IfDefine>
<IfDefine Python>
    LoadModule python_module "$modules/mod_python.so"
</IfDefine>
<Directory "$root/page">
    Require all granted
    <IfDefine C>
        SetHandler page-c
    </IfDefine>
    <IfDefine Swift>
        AddHandler mod_swift .psp
        SwiftHandler mod_swift::psp
        SwiftAutoReload Off
    </IfDefine>
    <IfDefine PHP>
        SetHandler application/x-httpd-php
    </IfDefine>
    <IfDefine Perl>
        SetHandler modperl
        PerlResponseHandler Table
    </IfDefine>
    <IfDefine Python>
        SetHandler mod_python
        PythonHandler mod_python.psp
        PythonAutoReload Off
    </IfDefine>
</Directory>
END
    chmod -R a+rX "$root/page" "$root/page.conf" "$root/mod_page_c.so" "$root/php.ini"
}

page_of() {
    case $1 in
        C | Swift | Perl) echo /page/swift.psp ;;
        PHP) echo /page/table.php ;;
        Python) echo /page/python.psp ;;
    esac
}

# All pages have one body; compiling is not to be counted.
compare_pages() {
    local language hello
    tool=()
    for language in "${languages[@]}"; do
        hello=$(page_of "$language")
        start_server -X -D Prefork -D "$language" -D Page
        curl -sS "http://127.0.0.1:$port$hello" >"$root/page.$language"
        stop_server
        cmp -s "$root/page.C" "$root/page.$language" ||
            fail "C and $language give different pages"
    done
}

# count_pages LANGUAGE: callgrind's figures in $run/page.LANGUAGE.REQUESTS
count_pages() {
    local requests hello
    hello=$(page_of "$1")
    say "Counting the page in $1 …"
    for requests in "$few_requests" "$more_requests"; do
        tool=(valgrind -q --tool=callgrind --vgdb=no "--callgrind-out-file=$run/page.$1.$requests")
        start_server -X -D Prefork -D "$1" -D Page
        request -n "$requests" -w "$serving"
        stop_server
    done
}

of_page() {
    difference_per "$(sed -n 's/^summary: //p' "$run/page.$1.$few_requests")" \
        "$(sed -n 's/^summary: //p' "$run/page.$1.$more_requests")" \
        $((more_requests - few_requests))
}

# ---- Where they go (--profile) ----------------------------------------------

profile_page_instructions() {
    for language in C Swift; do
        echo "$language: instructions of one request, without what a function calls"
        awk -f Benchmarks/callgrind.awk "$run/page.$language.$few_requests" >"$root/few"
        awk -f Benchmarks/callgrind.awk "$run/page.$language.$more_requests" |
            awk -F '\t' -v n=$((more_requests - few_requests)) '
                FNR == NR { few[$3] = $1; next }
                ($1 - few[$3]) / n >= 500 { printf "%9.0f  %s\n", ($1 - few[$3]) / n, $3 }' "$root/few" - |
            sort -rn
        echo
    done
}
