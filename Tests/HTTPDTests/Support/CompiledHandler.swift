// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// A compiled module in the cache, and the stamp at its end.
struct CompiledHandler {
    let file: ELFFile
    /// The build id of the libModSwift for which it was compiled.
    let buildID: String

    init(_ path: String) throws {
        file = try ELFFile(path)
        let bytes = try #require(FileManager.default.contents(atPath: path))
        let end = String(decoding: bytes.suffix(2000), as: UTF8.self)
        try #require(end.contains("mod_swift-stamp 2\n") && end.contains("MSWSTAMP"))
        buildID = String(try #require(end.firstMatch(of: /\nbuild-id ([0-9a-f]+)\n/)).1)
    }
}

extension HTTPD {
    /// The compiled forms of app.swift: one for each text and build.
    var compiledApps: [CompiledHandler] {
        get throws {
            try FileTree.names(in: "\(cache)/modules").filter { $0.hasPrefix("app-") }
                .map { try CompiledHandler("\(cache)/modules/\($0)") }
        }
    }
}
