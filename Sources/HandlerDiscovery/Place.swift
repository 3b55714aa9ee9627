// SPDX-License-Identifier: Apache-2.0

/// A line in one of the author's files.
struct Place: Equatable {
    let path: String
    let line: Int
}

extension Sequence<Place> {
    /// "lines 3 and 9", or "hello.swift:3 and util.swift:9" if they are in different files.
    var inWords: String {
        let places = Array(self)
        let isOneFile = places.allSatisfy { $0.path == places.first?.path }
        var names = places.map { isOneFile ? "\($0.line)" : "\($0.fileName):\($0.line)" }
        if names.count > 4 { names[3...] = ["more"] }
        let words = names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
        return isOneFile ? "lines " + words : words
    }
}

extension Place {
    fileprivate var fileName: Substring {
        path.split(separator: "/").last ?? path[...]
    }
}
