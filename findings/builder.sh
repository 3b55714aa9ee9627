#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# LLVM's linker cannot write below a directory whose name holds a percent sign: the name of the
# temporary file beside the output is a model in which each % becomes a random digit, also those
# of the directories. GNU ld writes the same file.
set -euo pipefail
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$root"
for package in lld-14=1:14.0.6-12 libllvm14=1:14.0.6-12 binutils binutils-x86-64-linux-gnu libbinutils libctf0 libctf-nobfd0; do
    apt-get download "$package" >/dev/null 2>&1 || { echo "cannot download $package"; exit 1; }
done
for file in *.deb; do dpkg -x "$file" tree; done
export LD_LIBRARY_PATH=$root/tree/usr/lib/llvm-14/lib:$root/tree/usr/lib/x86_64-linux-gnu
as=$root/tree/usr/bin/x86_64-linux-gnu-as ld=$root/tree/usr/bin/x86_64-linux-gnu-ld.bfd
lld=$root/tree/usr/lib/llvm-14/bin/ld.lld
printf '.globl f\nf: ret\n' >a.s
"$as" -o a.o a.s
"$lld" --version
mkdir plain 'fifty%'
"$lld" -shared -o plain/a.so a.o
echo "plain/a.so: written"
"$ld" -shared -o 'fifty%/gnu.so' a.o
echo "fifty%/gnu.so: written by GNU ld"
if output=$("$lld" -shared -o 'fifty%/a.so' a.o 2>&1); then
    echo "fifty%/a.so: written: the behaviour has changed"
    exit 1
fi
echo "fifty%/a.so: $output"
[[ $output = *'cannot open output file fifty%/a.so: No such file or directory'* ]] ||
    { echo "the words have changed"; exit 1; }
