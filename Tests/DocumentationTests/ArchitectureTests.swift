// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Compares the drawing in docs/internals/architecture.md with Package.swift and the folders.
struct ArchitectureTests {
    @Test func everyTargetHasItsRank() throws {
        let ranks = try Drawing().ranks
        for target in try Manifest().targets {
            #expect(ranks[target.name] != nil, "\(target.name) is not in the drawing")
        }
    }

    @Test func aTargetStandsOnlyOnWhatIsBelowOrBesideIt() throws {
        let ranks = try Drawing().ranks
        for target in try Manifest().targets {
            guard let rank = ranks[target.name] else { continue }
            for dependency in target.dependencies {
                guard let below = ranks[dependency] else { continue }
                #expect(below >= rank, "\(target.name) depends on \(dependency)")
            }
        }
    }

    @Test(arguments: ["Sources/ModSwift", "Sources/ModSwift/Bridge"])
    func everyFolderIsDrawn(_ parent: String) throws {
        let drawing = try Drawing().text
        for folder in try Project.folders(in: parent) where !folder.hasSuffix(".docc") {
            #expect(drawing.contains("\(folder)/"), "\(parent)/\(folder)/ is not in the drawing")
        }
    }

    @Test func whatIsDrawnIsThere() throws {
        let targets = Set(try Manifest().targets.map(\.name))
        for name in try Drawing().ranks.keys { #expect(targets.contains(name), "\(name)") }
        let folders =
            try Project.folders(in: "Sources/ModSwift")
            + Project.folders(in: "Sources/ModSwift/Bridge") + ["shim", "crypto"]
        let drawn = try Drawing().text.matches(of: /([A-Za-z]+)\//).map { String($0.1) }
        for folder in drawn { #expect(folders.contains(folder), "\(folder)/") }
    }
}

/// The first fenced block of the page.
private struct Drawing {
    let text: String
    /// Targets by the number of their rank, where 0 are the programs.
    let ranks: [String: Int]

    init() throws {
        let page = try Project.text(of: "docs/internals/architecture.md")
        text = page.components(separatedBy: "```text\n")[1].components(separatedBy: "```")[0]
        var ranks: [String: Int] = [:]
        var rank = -1
        for line in text.split(separator: "\n") {
            if !line.hasPrefix(" ") { rank += 1 }
            // The first column contains the rank, and from ModSwift's on the target.
            if line.hasPrefix("ModSwift ") { ranks["ModSwift"] = rank }
            for name in line.dropFirst(11).split(separator: " ").prefix(while: Self.isTarget) {
                ranks[String(name)] = rank
            }
        }
        self.ranks = ranks
    }

    /// A line begins with names, followed by their descriptions.
    private static func isTarget(_ word: Substring) -> Bool {
        word.hasPrefix("modswift") || word.hasPrefix("mod_swift_")
            || word.first?.isUppercase == true && !word.contains { "./:".contains($0) }
    }
}

/// The targets in Package.swift that are not tests.
private struct Manifest {
    struct Target {
        let name: String
        let dependencies: [String]
    }
    let targets: [Target]

    init() throws {
        let source = try Project.text(of: "Package.swift")
        let declaration = /\.(?:target|executableTarget|systemLibrary)\(\s*name: "([^"]+)"/
        targets = source.matches(of: declaration).map { match in
            let rest = source[match.range.upperBound...]
            let end = rest.range(of: "\n        .")?.lowerBound ?? rest.endIndex
            let list = rest[..<end].firstMatch(of: /dependencies: \[([^\]]*)\]/)?.1 ?? ""
            let quoted = list.split(separator: "\n").filter { !$0.contains("//") }
                .joined().matches(of: /"([^"]+)"/)
            return Target(name: String(match.1), dependencies: quoted.map { String($0.1) })
        }
    }
}
