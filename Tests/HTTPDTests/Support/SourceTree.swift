// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// The tested source tree, and the results of scripts/configure for it.
enum SourceTree {
    static var root: String {
        get throws { try #require(ProcessInfo.processInfo.environment["MOD_SWIFT_SOURCE"]) }
    }

    /// The version, as in "0.1.0".
    static var version: String { get throws { try configured("VERSION") } }

    /// The command line that was built with the tests.
    static var commandLine: String { get throws { try "\(root)/.build/debug/modswift" } }

    /// Returns a value from .build/config.mk.
    static func configured(_ name: String) throws -> String {
        let text = try String(contentsOfFile: "\(root)/.build/config.mk", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name) := ") }
        return try String(#require(line).dropFirst(name.count + 4))
    }

    /// The compiler options in .build/httpd.toolset.json, with which SwiftPM builds CApache.
    static var compilerOptions: [String] {
        get throws {
            struct Toolset: Decodable {
                struct Tool: Decodable { let extraCLIOptions: [String] }
                let swiftCompiler: Tool
            }
            let path = try "\(root)/.build/httpd.toolset.json"
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            return try JSONDecoder().decode(Toolset.self, from: data).swiftCompiler.extraCLIOptions
        }
    }
}

extension ModSwiftStage {
    /// The build id that the staged mod_swift.so requires; it is also the name of the build's
    /// directory.
    var buildID: String {
        get throws {
            let runpath = try #require(ELFFile(module).runpath.first)
            return String(try #require(runpath.split(separator: "/").last))
        }
    }

    /// The directory with all files of the staged build.
    var buildDirectory: String { get throws { try "\(directory)/mod_swift/\(buildID)" } }
}
