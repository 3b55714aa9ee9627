#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The package ncgi of Tcl's standard library ends a cookie's value at the second "=": base64 loses its padding,
# a value of the form name=value its half, although ncgi itself writes such a value without quoting it. And a
# field of a form without "=" is not an empty field of its name: it is the value of a field "anonymous".
set -euo pipefail
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$root"
for package in tcllib=1.21+dfsg-1 tcl8.6=8.6.13+dfsg-2 libtcl8.6=8.6.13+dfsg-2; do
    apt-get download "$package" >/dev/null 2>&1 || { echo "cannot download $package"; exit 1; }
done
for file in *.deb; do dpkg -x "$file" tree; done
export LD_LIBRARY_PATH=$root/tree/usr/lib/x86_64-linux-gnu TCL_LIBRARY=$root/tree/usr/share/tcltk/tcl8.6
export TCLLIBPATH=$root/tree/usr/share/tcltk
cat >form.tcl <<'END'
puts "Tcl [info patchlevel], ncgi [package require ncgi]"
ncgi::setCookie -name token -value "YWI=="
puts "written: [lindex $ncgi::cookieOutput end]"
ncgi::parse
puts "read: [ncgi::cookie token]"
puts "flag: [ncgi::exists flag], anonymous: [ncgi::value anonymous]"
END
output=$(REQUEST_METHOD=GET QUERY_STRING='page=1&flag' HTTP_COOKIE='token=YWI==' tree/usr/bin/tclsh8.6 form.tcl)
echo "$output"
[[ $output = *'written: token=YWI== ;'*'read: YWI'$'\n''flag: 0, anonymous: flag' ]] ||
    { echo "the behaviour has changed"; exit 1; }
