// SPDX-License-Identifier: Apache-2.0

/// The paths that a module publishes, for lookups without copying the key.
///
/// A path that is not in the table is not found, whatever it is: a lookup only compares bytes.
package struct PathTable: Sendable {
    /// A published path.
    package struct Path: Sendable {
        /// As in `Type/method`; empty for the module itself.
        package let text: String
        /// Whether the function takes the components that follow in a URL.
        package let takesRest: Bool

        package init(_ text: String, takesRest: Bool = false) {
            self.text = text
            self.takesRest = takesRest
        }
    }

    /// The result of a lookup.
    package struct Match: Equatable, Sendable {
        /// The index of the path in the list from which the table was created.
        package let index: Int
        /// The length of the path in bytes; the rest begins after it with a slash.
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
    /// Whether any function takes the rest of the path.
    private let hasRests: Bool

    /// Creates a table; if two paths are equal, the first is used.
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

    /// Finds the entry for a URL: the path itself, or the longest prefix whose function takes the
    /// rest.
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

    /// Returns the entry for the beginning of a path.
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

/// FNV-1a, 64 bits: a few instructions for each byte, and paths are short. A client gains nothing
/// from hash collisions: tables contain only published names.
package struct PathHash: Sendable {
    package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    @inline(__always)
    func adding(_ byte: UInt8) -> PathHash {
        var next = self
        next.value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
        return next
    }

    /// Computes the hash of bytes.
    package init(of bytes: Span<UInt8>) {
        var hash = PathHash()
        for index in bytes.indices { hash = hash.adding(bytes[index]) }
        self = hash
    }
}
