// SPDX-License-Identifier: Apache-2.0
//
// docs/manual/from-mod_python.md lists the replacements of mod_python's names. These tests check
// that the names exist, and that a test exists for each fixed defect.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(2)))
struct PortingGuideTests {
    /// A row of the guide's tables.
    private struct Row {
        let old: String
        let new: String
        let remark: String
    }

    private static func rows() throws -> [Row] {
        try Manual.text("docs/manual/from-mod_python.md").split(separator: "\n")
            .filter {
                $0.hasPrefix("| ") && !$0.hasPrefix("| ---") && !$0.hasPrefix("| mod_python")
            }
            .map { line in
                let cells = line.dropFirst(2).dropLast(2).replacing("\\|", with: "¦")
                    .components(separatedBy: " | ")
                try #require(cells.count == 3, "\(line)")
                return Row(old: cells[0], new: cells[1], remark: cells[2])
            }
    }

    @Test func everySwiftNameIsInTheInterface() throws {
        let names = try Interface.names()
        #expect(names.count > 300)
        let rows = try Self.rows()
        #expect(rows.count > 150)
        for row in rows {
            for match in row.new.matches(of: /`([^`]+)`/) {
                let isThere = names.contains(String(match.1))
                #expect(isThere, "\(row.old): \(match.1)")
            }
        }
    }

    @Test func whatIsNotThereHasItsReason() throws {
        for row in try Self.rows() where !row.new.contains("`") {
            #expect(row.new == "–" && !row.remark.isEmpty, "\(row.old)")
        }
    }

    /// Defects that no test names yet; docs/mod_python-defects.md gives the reasons.
    private static let later: Set<String> = ["20", "22", "23", "24", "34"]

    @Test func everyDefectOfTheOriginalHasATestWithItsNumber() throws {
        let tests = try Manual.files(below: "Tests", ".swift").map(Manual.text).joined()
        for number in 1...43 {
            let id = number < 10 ? "0\(number)" : "\(number)"
            guard !Self.later.contains(id) else { continue }
            let isTested =
                tests.contains(".bug(id: \"N4-\(id)\"")
                || tests.contains("func n4_\(id)")
            #expect(isTested, "N4-\(id)")
        }
    }
}

/// The names of ModSwift that handlers can use.
enum Interface {
    private struct Graph: Decodable {
        struct Symbol: Decodable { let pathComponents: [String] }
        let symbols: [Symbol]
    }

    /// Returns names such as "Request.uri", "Table.add": without arguments.
    static func names() throws -> Set<String> {
        let folder = NSTemporaryDirectory() + "symbols-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let stage = try ModSwiftStage.fromEnvironment()
        try Shell.run(
            [
                "\(try SourceTree.configured("TOOLCHAIN"))/bin/swift-symbolgraph-extract",
                "-module-name",
                "ModSwift", "-minimum-access-level", "public", "-I",
                "\(stage.buildDirectory)/modules",
                "-target", try SourceTree.configured("TRIPLE"), "-output-dir", folder,
            ])
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/ModSwift.symbols.json"))
        let graph = try JSONDecoder().decode(Graph.self, from: data)
        return Set(
            graph.symbols.map { symbol in
                symbol.pathComponents.map { $0.replacing(/\(.*/, with: "") }.joined(separator: ".")
            })
    }
}
