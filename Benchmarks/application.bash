# shellcheck shell=bash disable=SC2034,SC2154 # what is shared is in lib.bash
# SPDX-License-Identifier: Apache-2.0
#
# An application of 30 modules in three directories that share imports: what a
# cold build costs over one swiftc on all files, and what an edit costs.

application_edits=9
folders=(shop blog admin)
leaves=8

measure_application() {
    local before cold cold_time whole parts leaf shared shared_time plain plain_time plain_leaf start
    write_application
    tool=()
    start_application On
    before=$(build_time) start=$(date +%s%N)
    say "Building 30 modules …"
    ask_all
    cold_time=$((($(date +%s%N) - start) / 1000000)) cold=$(($(build_time) - before))
    expect_builds 30
    say "Editing a leaf $application_edits times …"
    leaf=$(median_of_leaf_edits)
    expect_builds $((30 + application_edits))
    say "Editing the shared module …"
    before=$(build_time) start=$(date +%s%N)
    write_shared 2
    ask_all
    shared_time=$((($(date +%s%N) - start) / 1000000)) shared=$(($(build_time) - before))
    # All but the module that imports nothing of it.
    expect_builds $((30 + application_edits + 29))
    stop_application
    say "The same without the optimiser …"
    write_shared 1
    start_application Off
    before=$(build_time) start=$(date +%s%N)
    ask_all
    plain_time=$((($(date +%s%N) - start) / 1000000)) plain=$(($(build_time) - before))
    plain_leaf=$(median_of_leaf_edits)
    stop_application
    say "One swiftc on all files …"
    whole=$(whole_build -whole-module-optimization)
    parts=$(whole_build -no-whole-module-optimization)
    cat <<END
# An application of 30 modules

Three directories of nine modules and three along SwiftPath; $(cat "$root"/application/*/*.swift | wc -l) lines in
all. Each leaf imports a module of its directory and one along SwiftPath, and these import the shared one.
On $(nproc) processors; the compiler's own module cache is warm. Processor time is that of the builder, the
compiler and the linker.

| what | modules built | processor time, ms | until all have answered, ms |
| --- | ---: | ---: | ---: |
| cold | 30 | $(grouped "$cold") | $(grouped "$cold_time") |
| the shared module changed | 29 | $(grouped "$shared") | $(grouped "$shared_time") |
| a leaf changed, one request (median of $application_edits) | 1 | | $leaf |
| cold, SwiftOptimize Off | 30 | $(grouped "$plain") | $(grouped "$plain_time") |
| a leaf changed, SwiftOptimize Off | 1 | | $plain_leaf |
| one \`swiftc -O\` on all files | | $(grouped "${parts% *}") | $(grouped "${parts#* }") |
| one \`swiftc -O -whole-module-optimization\` on all files | | $(grouped "${whole% *}") | $(grouped "${whole#* }") |

A leaf has $(wc -l <"$root/application/blog/blog_leaf1.swift") lines, with a Codable structure, sorting, dictionaries and text: what the optimiser makes of
these is made for each module anew, and once where all files are one module.

END
    check_gate "Cold takes at most 1.3 times the processor time of one swiftc -O on all files ($(ratio "$cold" "${parts% *}"))" \
        "$(ratio "$cold" "${parts% *}")" 1.3
    check_gate "Cold takes at most 1.3 times that of one swiftc as a whole module ($(ratio "$cold" "${whole% *}"))" \
        "$(ratio "$cold" "${whole% *}")" 1.3
    check_gate "A leaf's edit is answered within 500 ms" "$leaf" 500
    check_gate "A leaf's edit is answered within 500 ms, SwiftOptimize Off" "$plain_leaf" 500
}

# start_application On|Off: whether the optimiser runs. The compiler's own module cache is warm then, as on any
# server that has run before.
start_application() {
    start_server -DFOREGROUND -D Event -D Swift -D Application -D Debug -c 'LogLevel swift:info' \
        -c "SwiftOptimize $1"
    request
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", a / b }'; }

write_application() {
    local folder number
    mkdir -p "$root/application/lib"
    printf 'package func separator() -> String { ", " }\n' >"$root/application/lib/plain.swift"
    write_shared 1
    write_body store 'import shared' "$root/application/lib/store.swift"
    {
        echo "Alias /application \"$root/application\""
        echo "<Directory \"$root/application\">"
        echo '    Require all granted'
        echo '    SwiftDebug On'
        echo "    SwiftPath \"$root/application/lib\""
        echo '</Directory>'
    } >"$root/application.conf"
    for folder in "${folders[@]}"; do
        mkdir "$root/application/$folder"
        write_body "$folder" 'import shared' "$root/application/$folder/${folder}_common.swift"
        {
            echo "<Directory \"$root/application/$folder\">"
            for ((number = 1; number <= leaves; number++)); do
                write_leaf "$folder" "$number" 1
                echo "    AddHandler mod_swift .h$number"
                echo "    SwiftHandler ${folder}_leaf$number::${folder}_$number | .h$number"
            done
            # The module of the directory, and those along SwiftPath, answer through the leaves.
            echo '</Directory>'
        } >>"$root/application.conf"
    done
    printf '#if !WHOLE\nimport plain\n#endif\n' >>"$root/application/shop/shop_leaf1.swift"
    chmod -R a+rX "$root/application" "$root/application.conf"
}

# For one swiftc on all files nothing is imported: all are one module there.
imports() { printf 'import ModSwift\n#if !WHOLE\n%s\n#endif\n' "$1"; }

write_shared() {
    {
        imports ''
        cat <<END
package struct Item: Codable, Hashable, Sendable {
    package var name: String
    package var price: Int
    package var tags: [String]

    package init(name: String, price: Int, tags: [String] = []) {
        self.name = name
        self.price = price
        self.tags = tags
    }

    package var label: String { "\(name) (\(price / 100).\(price % 100))" }
}

package func version() -> Int { $1 }

package func sum(_ items: [Item]) -> Int { items.reduce(0) { \$0 + \$1.price } }
END
    } >"$root/application/new"
    chmod 644 "$root/application/new"
    mv "$root/application/new" "$root/application/lib/shared.swift"
}

# write_body NAME IMPORTS FILE: what leaves use.
write_body() {
    {
        imports "$2"
        cat <<END
package struct $1_Catalog: Sendable {
    private var items: [Item] = []
    private var index: [String: [Int]] = [:]

    package init(_ names: [String]) {
        for (number, name) in names.enumerated() {
            items.append(Item(name: name, price: 100 + number * 25, tags: [name.uppercased()]))
            index[name.uppercased(), default: []].append(number)
        }
    }

    package func find(_ tag: String) -> [Item] { (index[tag] ?? []).map { items[\$0] } }

    package func cheapest(_ count: Int) -> ArraySlice<Item> {
        items.sorted { (\$0.price, \$0.name) < (\$1.price, \$1.name) }.prefix(count)
    }

    package var total: Int { sum(items) }
}
END
    } >"$3"
}

# write_leaf FOLDER NUMBER EDIT
write_leaf() {
    local folder=$1 number=$2
    {
        imports "import ${folder}_common
import shared
import store"
        cat <<END

private struct Order_${folder}_$number: Codable {
    var items: [Item]
    var customer: String
    var remark: String?

    func text() -> String {
        var lines = ["Order of \(customer)"]
        for item in items where item.price > 0 { lines.append("- \(item.label)") }
        if let remark { lines.append(remark) }
        lines.append("Total: \(sum(items))")
        return lines.joined(separator: "\n")
    }
}

private func parse_${folder}_$number(_ query: String) -> [String: String] {
    var fields: [String: String] = [:]
    for pair in query.split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { continue }
        fields[String(parts[0])] = String(parts[1])
    }
    return fields
}

func ${folder}_$number(_ req: Request) throws -> Status {
    let fields = parse_${folder}_$number(req.args ?? "")
    let names = (fields["items"] ?? "tea,milk,bread").split(separator: ",").map(String.init)
    let catalog = ${folder}_Catalog(names)
    let stock = store_Catalog(names.map { \$0 + "s" })
    let order = Order_${folder}_$number(
        items: Array(catalog.cheapest(3)) + stock.find("TEAS"), customer: fields["name"] ?? "Ann")
    req.contentType = "text/plain; charset=utf-8"
    switch fields["as"] {
    case "total": req.write("\(catalog.total + stock.total)\n")
    case "count": req.write("\(order.items.count)\n")
    case nil: req.write("edit $3, shared \(version())\n")
    default: req.write(order.text())
    }
    return .ok
}
END
    } >"$root/application/$folder/new"
    chmod 644 "$root/application/$folder/new"
    mv "$root/application/$folder/new" "$root/application/$folder/${folder}_leaf$number.swift"
}

# All leaves at once.
ask_all() {
    local folder number urls=()
    for folder in "${folders[@]}"; do
        for ((number = 1; number <= leaves; number++)); do
            urls+=("http://127.0.0.1:$port/application/$folder/x.h$number")
        done
    done
    curl -s -S --no-progress-meter -f -m 120 -Z --parallel-max 24 "${urls[@]}" >"$root/answers" ||
        fail "the application does not answer: $(cat "$root/answers" "$run/error.log")"
}

expect_builds() {
    local count
    count=$(grep -c 'MSW0110: built .*/application/' "$run/error.log")
    [ "$count" = "$1" ] || fail "$count modules were built, and $1 were expected"
}

median_of_leaf_edits() {
    local edit start answer times=()
    for ((edit = 1; edit <= application_edits; edit++)); do
        write_leaf blog 3 "edited $edit"
        start=$(date +%s%N)
        answer=$(curl -s -m 60 "http://127.0.0.1:$port/application/blog/x.h3")
        times+=($((($(date +%s%N) - start) / 1000000)))
        [ "$answer" = "edit edited $edit, shared 1" ] || fail "a leaf answers $answer"
    done
    printf '%s\n' "${times[@]}" | sort -n | sed -n "$(((application_edits + 1) / 2))p"
}

# Milliseconds of processor time of what the serving child has waited for.
build_time() {
    awk -v tick="$(getconf CLK_TCK)" '{ print int(($16 + $17) * 1000 / tick) }' \
        "/proc/$(pgrep -P "$serving" | head -n 1)/stat"
}

# What was asked for is in the log at info.
stop_application() {
    ! grep -sE '\[[a-z_]*:(warn|error|crit)\]' "$run/error.log" >&2 || fail 'the log has complaints'
    : >"$run/error.log"
    stop_server
}

# whole_build OPTION: processor time and time, in milliseconds, of one swiftc on all files.
whole_build() {
    local files library swiftc
    library=$(find "$root/stage/mod_swift" -mindepth 1 -maxdepth 1 -type d | head -n 1)
    files=("$root"/application/*/*.swift)
    swiftc=$(sed -n 's/^SWIFTC := //p' .build/config.mk)
    mkdir -p "$root/whole"
    TIMEFORMAT='%U %S %R'
    # It writes what it also makes of a module to where it runs.
    { time (cd "$root/whole" && "${clean[@]}" HOME="$root/whole" "$swiftc" -D WHOLE \
        -swift-version 6 -O -g -dwarf-version=4 "$1" -parse-as-library \
        -package-name mod_swift_handlers -module-name whole -emit-library -o "$root/whole/whole.so" \
        -I "$library/modules" -L "$library" -module-cache-path "$root/cache/clang" -use-ld=lld \
        -Xlinker -l:libModSwift.so.1 "${files[@]}" >"$root/whole/output" 2>&1); } 2>"$root/whole/time" ||
        fail "swiftc refuses the application: $(cat "$root/whole/output")"
    awk '{ print int(($1 + $2) * 1000), int($3 * 1000) }' "$root/whole/time"
}
