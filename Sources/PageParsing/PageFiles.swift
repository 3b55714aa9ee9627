// SPDX-License-Identifier: Apache-2.0

/// A page and all files that it includes, each read once.
package struct PageFiles: Sendable {
    /// The maximum number of different files of a page.
    package static let limit = 1000

    package let page: PageFile
    /// The files that were searched for, in order; nil for a missing file.
    package private(set) var included: [(path: String, file: PageFile?)] = []
    private var positions: [String: Int] = [:]

    /// Reads a page's included files.
    ///
    /// - Parameters:
    ///   - path: The page's absolute path.
    ///   - bytes: Its contents.
    ///   - read: Reads a file; returns nil if it does not exist or cannot be read.
    package init(path: String, bytes: [UInt8], read: (String) -> [UInt8]?) {
        page = PageFile(path: path, bytes: bytes)
        var pending = [page]
        while let file = pending.popLast() {
            for path in Self.includes(of: file) {
                for candidate in candidates(for: path, in: file) {
                    let (found, isNew) = look(for: candidate, read)
                    guard let found else { continue }
                    if isNew { pending.append(found) }
                    break
                }
            }
        }
    }

    /// The bytes for the key of the page's compiled form: the paths and contents of all files. A
    /// NUL distinguishes them from the bytes of a source with handlers.
    package var keyBytes: [UInt8] {
        included.reduce(into: [0] + page.bytes) { bytes, entry in
            bytes += Array("\u{0}\(entry.path)\u{0}".utf8)
            guard let file = entry.file else { return }
            bytes += Array("\(file.bytes.count):".utf8) + file.bytes
        }
    }

    /// Returns the file that an include refers to; nil if there is none.
    func file(_ path: String, includedBy file: PageFile) -> PageFile? {
        for candidate in candidates(for: path, in: file) {
            if candidate == page.path { return page }
            if let position = positions[candidate], let found = included[position].file {
                return found
            }
        }
        return nil
    }

    /// Returns the paths at which an included file is searched: in the directory of the including
    /// file, then in that of the page.
    func candidates(for path: String, in file: PageFile) -> [String] {
        if path.hasPrefix("/") { return [normalized(path)] }
        let places = [directory(of: file.path), directory(of: page.path)].map {
            normalized("\($0)/\(path)")
        }
        return places[0] == places[1] ? [places[0]] : places
    }

    private mutating func look(
        for path: String, _ read: (String) -> [UInt8]?
    ) -> (PageFile?, isNew: Bool) {
        if path == page.path { return (page, false) }
        if let position = positions[path] { return (included[position].file, false) }
        guard included.count < Self.limit else { return (nil, false) }
        let file = read(path).map { PageFile(path: path, bytes: $0) }
        positions[path] = included.count
        included.append((path, file))
        return (file, true)
    }

    private static func includes(of file: PageFile) -> [String] {
        PageLexer.readable(of: file).0.compactMap {
            if case .directive(.include(let include), _) = $0 { include.path } else { nil }
        }
    }
}

private func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
}

/// Returns a path without "." and "..", so that a file has only one path.
private func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
        if part == "..", let last = parts.last, last != ".." {
            parts.removeLast()
        } else if part != ".." || !path.hasPrefix("/") {
            parts.append(part)
        }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
}
