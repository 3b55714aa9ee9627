# SPDX-License-Identifier: Apache-2.0
#
# Reads a file of callgrind, writes "self<TAB>inclusive<TAB>function [library]".
# callgrind_annotate does the same but for one thing: it cuts a function into a
# line for each file that code was inlined from, and most of those lines do not
# say which library they are of.
#
# https://valgrind.org/docs/manual/cl-format.html

# "(12) name" gives a name its number, "(12)" alone refers to it.
function named(names, text,    id) {
    id = text
    sub(/\).*/, ")", id)
    if (length(text) > length(id)) {
        names[id] = substr(text, length(id) + 2)
    }
    return names[id]
}

function enter() {
    base = library
    sub(/.*\//, "", base)
    key = routine
    deeper = sub(/'[0-9]+$/, "", key)
    key = key " [" base "]"
}

/^ob=/ { library = named(libraries, substr($0, 4)); enter(); next }
/^cob=/ { named(libraries, substr($0, 5)); next }
/^fn=/ { routine = named(routines, substr($0, 4)); enter(); next }
/^cfn=/ { named(routines, substr($0, 5)); next }

# The next line is what the calls cost, all that they called included.
/^calls=/ { called = 1; next }

# "position cost"; name'2 is the second level of a recursion, which is part of
# what the first one costs with what it calls.
/^[-+*0-9]/ {
    if (!called) { self[key] += $2 }
    if (!deeper) { inclusive[key] += $2 }
    if (deeper && !(key in inclusive)) { inclusive[key] = 0 }
    called = 0
}

END {
    for (key in inclusive) {
        printf "%d\t%d\t%s\n", self[key], inclusive[key], key
    }
}
