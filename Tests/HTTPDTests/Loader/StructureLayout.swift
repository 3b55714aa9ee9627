// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The memory layout of C structures: as gcc compiles them, with the flags of apxs, and as Swift's
/// importer sees them, with the flags of our build.
///
/// For each structure there are lines such as "request_rec.pool 0 8", with a field's offset and
/// size, and at the end the structure's own size. Bit-fields are omitted: they have no offset, but
/// the fields after them do.
struct StructureLayout {
    let gcc: [String: [String]]
    let swift: [String: [String]]

    /// - Parameters:
    ///   - structures: Their tags, which are also the names of their types.
    ///   - folder: The directory in which programs are compiled.
    init(of structures: [String], in folder: String) throws {
        let workplace = try Workplace(folder: folder)
        let fields = try workplace.fields(of: structures)
        gcc = try Self.lines(workplace.outputOfC(fields))
        swift = try Self.lines(workplace.outputOfSwift(fields))
    }

    private static func lines(_ output: String) -> [String: [String]] {
        Dictionary(grouping: output.split(separator: "\n").map(String.init)) { line in
            String(line.prefix { $0 != "." && $0 != " " })
        }
    }

    private typealias Fields = [(structure: String, names: [String])]

    private struct Workplace {
        let folder: String
        let headers: String
        /// From apxs and apr-1-config directly, not from the file that scripts/configure wrote.
        let flags: [String]

        init(folder: String) throws {
            self.folder = folder
            headers = try "\(SourceTree.root)/Sources/CApache"
            let apxs = try SourceTree.configured("APXS")
            let apr = try Self.words([apxs, "-q", "APR_CONFIG"])
            flags =
                try Self.words([apxs, "-q", "CFLAGS"])
                + Self.words(apr + ["--cflags", "--cppflags", "--includes"])
                + ["-I"] + Self.words([apxs, "-q", "includedir"])
        }

        private static func words(_ command: [String]) throws -> [String] {
            try Shell.run(command).split { $0.isWhitespace }.map(String.init)
        }

        /// Returns the fields according to gcc's own debug information: every field, whether Swift
        /// can see it or not.
        func fields(of structures: [String]) throws -> Fields {
            let variables = structures.map { "struct \($0) \($0)_variable;" }
            let object = "\(folder)/fields.o"
            try compile(variables.joined(separator: "\n"), ["-c", "-g"], to: object)
            let dump = try Shell.run(["readelf", "--debug-dump=info", object])
            let found = DebugInformation(dump)
            return try structures.map { ($0, try #require(found.fields[$0], "\($0)")) }
        }

        func outputOfC(_ fields: Fields) throws -> String {
            let lines = fields.flatMap { structure, names in
                names.map { name in
                    """
                    printf("\(structure).\(name) %zu %zu\\n", offsetof(struct \(structure), \(name)), \
                    sizeof(((struct \(structure) *)0)->\(name)));
                    """
                } + ["printf(\"\(structure) %zu\\n\", sizeof(struct \(structure)));"]
            }
            let body = lines.joined(separator: "\n")
            try compile("int main(void) {\n\(body)\nreturn 0;\n}", [], to: "\(folder)/c")
            return try Shell.run(["\(folder)/c"])
        }

        func outputOfSwift(_ fields: Fields) throws -> String {
            let lines = fields.flatMap { structure, names in
                names.map { #"show("\#(structure).\#($0)", \\#(structure).\#($0))"# }
                    + [#"print("\#(structure)", MemoryLayout<\#(structure)>.size)"#]
            }
            let program = """
                import CApache
                func show<Record, Field>(_ name: String, _ path: KeyPath<Record, Field>) {
                    let offset = MemoryLayout<Record>.offset(of: path) ?? -1
                    print(name, offset, MemoryLayout<Field>.size)
                }
                \(lines.joined(separator: "\n"))
                """
            try write(program, to: "\(folder)/main.swift")
            try Shell.run(
                try [SourceTree.configured("SWIFTC")] + SourceTree.compilerOptions
                    + ["-I", headers, "-module-cache-path", "\(folder)/cache"]
                    + ["-o", "\(folder)/swift", "\(folder)/main.swift"])
            return try Shell.run(["\(folder)/swift"])
        }

        /// The headers are those of the shim.
        private func compile(_ text: String, _ options: [String], to product: String) throws {
            let includes = """
                #include <stddef.h>
                #include <stdio.h>
                #include <httpd.h>
                #include <http_config.h>
                #include "msw_config.h"
                #include "msw_entry.h"

                """
            try write(includes + text, to: "\(folder)/source.c")
            try Shell.run(
                ["gcc", "-std=gnu11"] + flags + ["-I", headers] + options
                    + ["-o", product, "\(folder)/source.c"])
        }

        private func write(_ text: String, to path: String) throws {
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        }
    }
}

/// The structures in `readelf --debug-dump=info`.
private struct DebugInformation {
    /// The fields of each structure that have an offset, in order.
    private(set) var fields: [String: [String]] = [:]

    init(_ dump: String) {
        var structure = Entry(depth: 0, tag: "")
        for entry in Self.entries(dump) {
            if entry.tag == "DW_TAG_structure_type" {
                structure = entry
                fields[entry.name] = []
            } else if entry.depth <= structure.depth {
                structure = Entry(depth: 0, tag: "")
            } else if entry.tag == "DW_TAG_member", entry.depth == structure.depth + 1,
                !entry.isBitField
            {
                fields[structure.name]?.append(entry.name)
            }
        }
    }

    /// Reads lines such as
    ///
    ///      <1><2d4>: Abbrev Number: 40 (DW_TAG_structure_type)
    ///         <2d5>   DW_AT_name        : (indirect string, offset: 0x123): request_rec
    ///      <2><2e0>: Abbrev Number: 7 (DW_TAG_member)
    private static func entries(_ dump: String) -> [Entry] {
        var entries: [Entry] = []
        for line in dump.split(separator: "\n") {
            if let entry = Entry(line) {
                entries.append(entry)
            } else if !entries.isEmpty {
                entries[entries.count - 1].take(line)
            }
        }
        return entries
    }

    private struct Entry {
        let depth: Int
        let tag: Substring
        /// Empty if it has none.
        var name = ""
        var isBitField = false

        init(depth: Int, tag: Substring) {
            self.depth = depth
            self.tag = tag
        }

        init?(_ line: Substring) {
            let words = line.split { " <>:()".contains($0) }
            guard words.count == 6, words[2] == "Abbrev", let depth = Int(words[0]) else {
                return nil
            }
            self.init(depth: depth, tag: words[5])
        }

        mutating func take(_ attribute: Substring) {
            if attribute.contains("DW_AT_name"), let last = attribute.split(separator: ":").last {
                name = last.trimmingCharacters(in: .whitespaces)
            } else if attribute.contains("DW_AT_bit_size") {
                isBitField = true
            }
        }
    }
}
