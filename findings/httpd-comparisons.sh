#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Two comparisons of httpd that are not what they look like. The integer operators of its expressions (-eq, -lt …)
# never fail: text without digits is 0, and what follows the digits is ignored, so 1.5 -eq 1.25 is true and
# an empty variable is -eq 0. And %{name}C of mod_log_config compares names of cookies without case: of
# "SID=1; sid=2" both %{SID}C and %{sid}C log 1, while mod_lua in the same server tells them apart.
set -euo pipefail
root=$(mktemp -d)
trap '[ -z "${server:-}" ] || kill "$server" 2>/dev/null; wait; rm -rf "$root"' EXIT
cd "$root"
for package in apache2-bin=2.4.71-1~deb12u1 libapr1=1.7.2-3+deb12u1 libaprutil1=1.6.3-1+deb12u1 liblua5.3-0=5.3.6-2; do
    apt-get download "$package" >/dev/null 2>&1 || { echo "cannot download $package"; exit 1; }
done
for file in *.deb; do dpkg -x "$file" tree; done
library=$root/tree/usr/lib
export LD_LIBRARY_PATH=$library/x86_64-linux-gnu
mkdir site
chmod 755 . site
echo page >site/page.txt
cat >site/cookie.lua <<'END'
function handle(r)
    r:puts("mod_lua: SID=", r:getcookie("SID"), " sid=", r:getcookie("sid"), "\n")
    return apache2.OK
end
END
port=$((20000 + RANDOM % 10000))
{
    cat <<END
ServerRoot "$root"
PidFile "$root/httpd.pid"
ServerName localhost
Listen 127.0.0.1:$port
ErrorLog "$root/error.log"
DocumentRoot "$root/site"
LoadModule mpm_prefork_module $library/apache2/modules/mod_mpm_prefork.so
LoadModule authz_core_module $library/apache2/modules/mod_authz_core.so
LoadModule mime_module $library/apache2/modules/mod_mime.so
LoadModule headers_module $library/apache2/modules/mod_headers.so
LoadModule lua_module $library/apache2/modules/mod_lua.so
TypesConfig /dev/null
LogFormat "mod_log_config: SID=%{SID}C sid=%{sid}C" cookies
CustomLog "$root/cookies.log" cookies
<Directory "$root/site">
    Require all granted
    AddHandler lua-script .lua
</Directory>
END
    for test in "1.5 -eq 1.25" "abc -eq 0" "10x -gt 9" "-3 -lt -2" "+5 -eq 5" "007 -eq 7"; do
        read -r left operator right <<<"$test"
        echo "Header add X-True \"$test\" \"expr='$left' $operator '$right'\""
    done
    echo "Header add X-True \"empty -eq 0\" \"expr=%{req:X-None} -eq '0'\""
} >httpd.conf
"$root/tree/usr/sbin/apache2" -f "$root/httpd.conf" -X >output 2>&1 &
server=$!
for _ in {1..100}; do [ -s httpd.pid ] && break; sleep 0.1; done
"$root/tree/usr/sbin/apache2" -v | head -n 1
true=$(curl -sS -m 20 -D - -o page "http://127.0.0.1:$port/page.txt" | tr -d '\r' | sed -n 's/^X-True: //p' | paste -sd, -)
echo "true: $true"
curl -sS -m 20 -H 'Cookie: SID=1; sid=2' "http://127.0.0.1:$port/cookie.lua" | tee lua
for _ in {1..100}; do [ "$(wc -l <cookies.log)" -ge 2 ] && break; sleep 0.1; done
tail -n 1 cookies.log
[ "$true" = '1.5 -eq 1.25,abc -eq 0,10x -gt 9,-3 -lt -2,+5 -eq 5,007 -eq 7,empty -eq 0' ] ||
    { echo "the behaviour has changed"; exit 1; }
[ "$(cat lua)" = 'mod_lua: SID=1 sid=2' ] || { echo "the behaviour has changed"; exit 1; }
[ "$(tail -n 1 cookies.log)" = 'mod_log_config: SID=1 sid=1' ] || { echo "the behaviour has changed"; exit 1; }
