// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The phases are listed three times: for C, for handlers, and for the builder, which must not link
/// the library. If a phase were added to only one list, it would be called by the name of another.
struct PhaseListTests {
    /// Returns the enumeration in C, with Swift spelling.
    private static func shimPhases() throws -> [String] {
        let header = try Project.text(of: "Sources/CApache/msw_config.h")
        return header.matches(of: /\bMSW_PHASE_([A-Z_]+)\b/).map { match in
            let words = match.1.lowercased().split(separator: "_")
            return String(words[0]) + words.dropFirst().map(\.capitalized).joined()
        }
    }

    /// Returns the constants with their positions, and the names in the order of the table.
    private static func libraryPhases() throws -> (
        constants: [(name: String, position: Int?)], functions: [String]
    ) {
        let source = try Project.text(of: "Sources/ModSwift/Handlers/Phase.swift")
        let constants = source.matches(of: /static let (\w+) = Phase\(position: (\d+)\)/)
        return (
            constants.map { (String($0.1), Int($0.2)) },
            source.matches(of: /\("Swift\w+", "(\w+)"\)/).map { String($0.1) }
        )
    }

    @Test func aPhaseHasOneNumberInCAndInSwift() throws {
        let shim = try Self.shimPhases().map { $0 == "init" ? "initial" : $0 }
        let library = try Self.libraryPhases()
        #expect(library.constants.map(\.position) == Array(0..<library.constants.count))
        #expect(Array(shim.prefix(library.constants.count)) == library.constants.map(\.name))
        #expect(library.functions.count == library.constants.count)
    }

    @Test func theBuilderKnowsTheFunctionOfEachPhase() throws {
        let source = try Project.text(of: "Sources/HandlerDiscovery/HandlerArgument.swift")
        let list = try #require(source.components(separatedBy: "defaultNames: Set = [").last)
        let builder = list.components(separatedBy: "]")[0].matches(of: /"(\w+)"/)
        // Provider functions have no default name: two directives, two results.
        let library = try Self.libraryPhases().functions.filter { !$0.hasSuffix("Provider") }
        #expect(Set(builder.map { String($0.1) }) == Set(library))
    }
}
