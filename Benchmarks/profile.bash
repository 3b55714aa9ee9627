# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Where instructions go, of two files of callgrind that differ in the number of requests alone
# (--profile of scripts/bench).

# per_request SHORT LONG REQUESTS: "self<TAB>inclusive<TAB>function [library]", from callgrind's files and
# the difference of their requests.
per_request() {
    awk -f Benchmarks/callgrind.awk "$1" >"$root/short"
    awk -f Benchmarks/callgrind.awk "$2" |
        awk -F '\t' -v n="$3" '
            FNR == NR { self[$3] = $1; inclusive[$3] = $2; next }
            { printf "%.1f\t%.1f\t%s\n", ($1 - self[$3]) / n, ($2 - inclusive[$3]) / n, $3 }' \
            "$root/short" -
}

# profile_of NAME OTHER: what is in the files profile.NAME and profile.OTHER, as per_request writes them.
profile_of() {
    echo "By library: $1, $2, difference (instructions per request)"
    compare self "$@" | by_library | largest 20
    echo
    echo "By function, without what it calls: $1, $2, difference"
    compare self "$@" | largest 45 | demangled
    echo
    echo "By function, with what it calls, where that is mostly the difference: $1, $2, difference"
    compare inclusive "$@" | awk -F '\t' '$3 <= 3 * $1' | largest 45 | demangled
}

# compare self|inclusive NAME OTHER: "difference<TAB>of NAME<TAB>of OTHER<TAB>name", largest first.
compare() {
    awk -F '\t' -v column="$([ "$1" = self ] && echo 1 || echo 2)" '
        FNR == NR { other[$3] = $column; all[$3]; next }
        { its[$3] = $column; all[$3] }
        END { for (name in all) if (other[name] >= 0.5 || its[name] >= 0.5)
            printf "%.1f\t%.1f\t%.1f\t%s\n", its[name] - other[name], its[name], other[name], name }' \
        "$root/profile.$3" "$root/profile.$2" | largest_first
}

by_library() {
    awk -F '\t' '
        { library = $4; sub(/.*\[/, "", library); sub(/\]$/, "", library)
          difference[library] += $1; other[library] += $2; base[library] += $3 }
        END { for (library in other)
            printf "%.1f\t%.1f\t%.1f\t%s\n", difference[library], other[library], base[library], library }' |
        largest_first
}

largest_first() { sort -t "$(printf '\t')" -k 1,1gr -k 4; }

# The first lines. Not head: it would end sort by a signal.
largest() {
    awk -F '\t' -v lines="$1" \
        'NR <= lines { printf "%9.1f %9.1f %9.1f  %s\n", $2, $3, $1, $4 }'
}

demangled() {
    local demangler
    demangler=$(value TOOLCHAIN)/bin/swift-demangle
    if [ -x "$demangler" ]; then "$demangler" --simplified; else cat; fi
}
