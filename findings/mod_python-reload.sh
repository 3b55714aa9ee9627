#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Under Python 3, mod_python 3.5 does not reload a module that has changed, although PythonAutoReload is
# On, its default: importlib.import_module returns the module that is in sys.modules already. And
# an output filter that reads by parts gets other bytes than went in.
set -euo pipefail
root=$(mktemp -d)
trap '[ -z "${server:-}" ] || kill "$server" 2>/dev/null; wait; rm -rf "$root"' EXIT
cd "$root"
for package in apache2-bin=2.4.71-1~deb12u1 libapache2-mod-python=3.5.0+git20211031.e6458ec-1+deb12u1 \
    libapr1=1.7.2-3+deb12u1 libaprutil1=1.6.3-1+deb12u1 libpython3.11=3.11.2-6+deb12u9 \
    libpython3.11-minimal=3.11.2-6+deb12u9 libpython3.11-stdlib=3.11.2-6+deb12u9 liblua5.3-0=5.3.6-2; do
    apt-get download "$package" >/dev/null 2>&1 || { echo "cannot download $package"; exit 1; }
done
for file in *.deb; do dpkg -x "$file" tree; done
library=$root/tree/usr/lib
export LD_LIBRARY_PATH=$library/x86_64-linux-gnu PYTHONHOME=$root/tree/usr
export PYTHONPATH=$library/python3/dist-packages PYTHONDONTWRITEBYTECODE=1
mkdir site
seq 1 400000 >site/lines.txt
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
LoadModule python_module $library/apache2/modules/mod_python.so
TypesConfig /dev/null
PythonOption mod_python.mutex_directory $root
<Directory "$root/site">
    Require all granted
    AddHandler mod_python .py
    PythonHandler hello
    PythonAutoReload On
    PythonOutputFilter copyfilter COPY
    <Files lines.txt>
        SetOutputFilter COPY
    </Files>
</Directory>
END
write() {
    cat >site/hello.py <<END
from mod_python import apache
def handler(req):
    req.write("$1\n")
    return apache.OK
END
}
cat >site/copyfilter.py <<'END'
def outputfilter(filter):
    part = filter.read(8192)
    while part:
        filter.write(part)
        part = filter.read(8192)
    if part is None:
        filter.close()
END
write first
"$root/tree/usr/sbin/apache2" -f "$root/httpd.conf" -X >output 2>&1 &
server=$!
for _ in {1..100}; do [ -s httpd.pid ] && break; sleep 0.1; done
"$root/tree/usr/sbin/apache2" -v | head -n 1
grep -o 'mod_python/[^ ]*\|Python/[^ ]*' error.log | sort -u || true
ask() { curl -sS -m 20 "http://127.0.0.1:$port/$1"; }
echo "before the edit: $(ask hello.py)"
sleep 2
write second
touch -d '+10 seconds' site/hello.py
sleep 2
after=$(ask hello.py)
echo "after the edit: $after"
[ "$after" = first ] || { echo "the behaviour has changed"; exit 1; }
ask lines.txt >lines
echo "the file: $(md5sum <site/lines.txt)$(wc -c <site/lines.txt) bytes; through the filter: $(md5sum <lines)$(wc -c <lines) bytes"
! cmp -s lines site/lines.txt || { echo "the behaviour has changed"; exit 1; }
