#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# http_parameters/2 of SWI-Prolog, which declares the fields of a form with their types, treats a text field that
# was left empty as one that was not sent: without a default it raises existence_error, and with one it is the
# default, so a user cannot clear a field that has one. In a list of values (list(atom)) the empty one is kept.
set -euo pipefail
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$root"
for package in swi-prolog-nox=9.0.4+dfsg-2 swi-prolog-core=9.0.4+dfsg-2 swi-prolog-core-packages=9.0.4+dfsg-2 \
    libgmp10=2:6.2.1+dfsg1-1.1 libarchive13 libtcmalloc-minimal4=2.10-1; do
    apt-get download "$package" >/dev/null 2>&1 || { echo "cannot download $package"; exit 1; }
done
for file in *.deb; do dpkg -x "$file" tree; done
export LD_LIBRARY_PATH=$root/tree/usr/lib/x86_64-linux-gnu
cat >form.pl <<'END'
:- use_module(library(http/http_parameters)).
ask(Query, Options) :-
    catch(( http_parameters([search(Query)], [note(Value, Options)]), Result = Value ),
          error(Error, _), Result = Error),
    format("~q as ~q: ~q~n", [Query, Options, Result]).
:- initialization((
    current_prolog_flag(version, Version), format("SWI-Prolog ~w~n", [Version]),
    ask([note=''], []),
    ask([note=''], [default(old)]),
    ask([note='', note=x], [list(atom)]),
    halt)).
END
output=$(tree/usr/lib/swi-prolog/bin/x86_64-linux/swipl --home="$root/tree/usr/lib/swi-prolog" -q form.pl </dev/null 2>&1)
echo "$output"
[[ $output = *"[note=''] as []: existence_error(http_parameter,note)
[note=''] as [default(old)]: old
[note='',note=x] as [list(atom)]: ['',x]" ]] || { echo "the behaviour has changed"; exit 1; }
