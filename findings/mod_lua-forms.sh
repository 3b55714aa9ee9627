#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The two form parsers of mod_lua give different tables for the same text. Each returns a table of values and a
# table of lists. Of a query the lists have only the last value of a repeated field; of a body they have all,
# the last one first. A field without "=" is "1" in a query, and missing in a body. A body that is longer
# than the limit (8,192 bytes unless the script names another) is an empty form, not an error. And r:getcookie
# returns no value at all, rather than nil, for a cookie that was not sent.
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
port=$((20000 + RANDOM % 10000))
cat >httpd.conf <<END
ServerRoot "$root"
PidFile "$root/httpd.pid"
ServerName localhost
Listen 127.0.0.1:$port
ErrorLog "$root/error.log"
DocumentRoot "$root/site"
LoadModule mpm_prefork_module $library/apache2/modules/mod_mpm_prefork.so
LoadModule authz_core_module $library/apache2/modules/mod_authz_core.so
LoadModule mime_module $library/apache2/modules/mod_mime.so
LoadModule lua_module $library/apache2/modules/mod_lua.so
TypesConfig /dev/null
<Directory "$root/site">
    Require all granted
    AddHandler lua-script .lua
</Directory>
END
cat >site/form.lua <<'END'
local function show(r, name, values, lists)
    local lines = {}
    for key, value in pairs(values) do
        table.insert(lines, key .. "=" .. value .. " {" .. table.concat(lists[key], ",") .. "}")
    end
    table.sort(lines)
    r:puts(name, ": ", table.concat(lines, " "), "\n")
end
function handle(r)
    r.content_type = "text/plain"
    show(r, "query", r:parseargs())
    show(r, "body", r:parsebody())
    r:puts("values of getcookie: ", select("#", r:getcookie("none")), "\n")
    return apache2.OK
end
END
"$root/tree/usr/sbin/apache2" -f "$root/httpd.conf" -X >output 2>&1 &
server=$!
for _ in {1..100}; do [ -s httpd.pid ] && break; sleep 0.1; done
"$root/tree/usr/sbin/apache2" -v | head -n 1
text='a=1&a=2&b=&c'
ask() { curl -sS -m 20 --data-binary @"$1" "http://127.0.0.1:$port/form.lua?$text"; }
printf %s "$text" >short
{ printf %s "$text&d="; head -c 8192 /dev/zero | tr '\0' x; } >long
first=$(ask short)
second=$(ask long)
echo "the same 12 bytes in both:"; echo "$first"
echo "a body of $(wc -c <long) bytes:"; echo "$second"
[ "$first" = 'query: a=2 {2} b= {} c=1 {1}
body: a=2 {2,1} b= {}
values of getcookie: 0' ] || { echo "the behaviour has changed"; exit 1; }
[ "$second" = 'query: a=2 {2} b= {} c=1 {1}
body: 
values of getcookie: 0' ] || { echo "the behaviour has changed"; exit 1; }
