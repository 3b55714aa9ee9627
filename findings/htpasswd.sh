#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Four things that scripts around htpasswd get wrong. It does not put a new file in the place of the old one, as editors
# of such files do, but writes into it: the inode stays, and who reads meanwhile can see a part. Of a user with
# two lines it changes both. Deleting a user who is not there succeeds, with exit status 0.
# And with -i the password is all of standard input, line breaks within it included, not its first line.
set -euo pipefail
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$root"
for package in apache2-utils=2.4.71-1~deb12u1 libapr1=1.7.2-3+deb12u1 libaprutil1=1.6.3-1+deb12u1; do
    apt-get download "$package" >/dev/null 2>&1 || { echo "cannot download $package"; exit 1; }
done
for file in *.deb; do dpkg -x "$file" tree; done
export LD_LIBRARY_PATH=$root/tree/usr/lib/x86_64-linux-gnu
htpasswd=$root/tree/usr/bin/htpasswd
dpkg-deb -f apache2-utils_*.deb Package Version | paste -sd' ' -
changed() { echo "the behaviour has changed"; exit 1; }
printf 'ann:old\nbob:old\nann:older\n' >users
inode=$(stat -c %i users)
"$htpasswd" -b users ann new 2>&1
echo "lines of ann: $(grep -c '^ann:\$apr1' users) new, $(grep -c '^ann:old' users || true) old; the inode is $(
    [ "$(stat -c %i users)" = "$inode" ] && echo the same || echo another)"
[ "$(grep -c '^ann:\$apr1' users)" = 2 ] && [ "$(stat -c %i users)" = "$inode" ] || changed
status=0
"$htpasswd" -D users carl 2>&1 || status=$?
echo "deleting carl: exit status $status"
[ "$status" = 0 ] || changed
printf 'one\ntwo\n' | "$htpasswd" -i users dora 2>&1
"$htpasswd" -vb users dora $'one\ntwo' 2>&1 || changed
if "$htpasswd" -vb users dora one 2>&1; then changed; fi
