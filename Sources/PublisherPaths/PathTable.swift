// SPDX-License-Identifier: Apache-2.0

/// The paths that a module publishes, for look-ups without a copy of what is looked up.
///
/// What is not in the table is not found, whatever it is: a look-up compares bytes and walks nothing.
package struct PathTable: Sendable {
    /// A published path.
    package struct Path: Sendable {
        /// As in `Type/method`; empty for the module itself.
        package let text: String
        /// Whether what follows in a URL are components that the function takes.
        package let takesRest: Bool

        package init(_ text: String, takesRest: Bool = false) {
            self.text = text
            self.takesRest = takesRest
        }
    }

    /// What was found.
    package struct Match: Equatable, Sendable {
        /// The number of the path, in the order in which the table was made.
        package let index: Int
        /// The bytes of the path, behind which the rest begins with a slash.
        package let length: Int
    }

    private struct Entry {
        let hash: UInt64
        let bytes: [UInt8]
        let takesRest: Bool
        let index: Int
    }

    private let entries: [Entry?]
    private let mask: Int
    /// Whether any path may have a rest.
    private let hasRests: Bool

    /// Makes a table; where two paths are the same, the first counts.
    package init(_ paths: [Path]) {
        var size = 8
        while size < 2 * paths.count { size *= 2 }
        var entries = [Entry?](repeating: nil, count: size)
        for (index, path) in paths.enumerated() {
            let bytes = Array(path.text.utf8)
            let hash = bytes.reduce(PathHash()) { $0.adding($1) }
            let entry = Entry(
                hash: hash.value, bytes: bytes, takesRest: path.takesRest, index: index)
            var position = Int(truncatingIfNeeded: hash.value) & (size - 1)
            while let other = entries[position], other.bytes != bytes {
                position = (position + 1) & (size - 1)
            }
            if entries[position] == nil { entries[position] = entry }
        }
        self.entries = entries
        mask = size - 1
        hasRests = paths.contains(where: \.takesRest)
    }

    /// Finds what a URL names: the path itself, or the longest one before it that takes the rest.
    ///
    /// - Parameter path: Without a slash at its ends.
    package func match(_ path: Span<UInt8>) -> Match? {
        var hash = PathHash()
        var found = hasRests && path.count > 0 ? entry(hash, path, 0) : nil
        if found?.takesRest != true { found = nil }
        var length = 0
        for index in path.indices {
            let byte = path[index]
            if hasRests, byte == UInt8(ascii: "/"), index > 0,
                let entry = entry(hash, path, index), entry.takesRest
            {
                (found, length) = (entry, index)
            }
            hash = hash.adding(byte)
        }
        if let entry = entry(hash, path, path.count) {
            return Match(index: entry.index, length: path.count)
        }
        return found.map { Match(index: $0.index, length: length) }
    }

    /// The entry that is the beginning of a path.
    private func entry(_ hash: PathHash, _ path: Span<UInt8>, _ length: Int) -> Entry? {
        var position = Int(truncatingIfNeeded: hash.value) & mask
        while let entry = entries[position] {
            if entry.hash == hash.value, isEqual(entry.bytes.span, path, length) { return entry }
            position = (position + 1) & mask
        }
        return nil
    }

    private func isEqual(_ bytes: Span<UInt8>, _ path: Span<UInt8>, _ length: Int) -> Bool {
        guard bytes.count == length else { return false }
        for index in bytes.indices where bytes[index] != path[index] { return false }
        return true
    }
}

/// FNV-1a, 64 bits: a few instructions for each byte, and paths are short. A client that makes hashes
/// collide gains nothing: only published names are in tables.
package struct PathHash: Sendable {
    package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    @inline(__always)
    func adding(_ byte: UInt8) -> PathHash {
        var next = self
        next.value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
        return next
    }

    /// The hash of some bytes.
    package init(of bytes: Span<UInt8>) {
        var hash = PathHash()
        for index in bytes.indices { hash = hash.adding(bytes[index]) }
        self = hash
    }
}
