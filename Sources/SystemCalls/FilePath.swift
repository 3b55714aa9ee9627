// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Functions for paths as text.
package enum FilePath {
    /// Returns the directory that contains a path, without a trailing slash.
    package static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(decoding: path.utf8[..<slash], as: UTF8.self)
    }

    /// Returns the last component of a path.
    package static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(decoding: path.utf8[path.utf8.index(after: slash)...], as: UTF8.self)
    }

    /// Returns a path in a normal form, so that equal paths are equal texts: without empty
    /// components, "." and a slash at the end. The meaning of ".." after a link depends on the file
    /// system, so a path with ".." is replaced by the real one, if it exists.
    package static func normalized(_ path: String) -> String {
        let slash = UInt8(ascii: "/")
        let parts = path.utf8.split(separator: slash)
        if parts.contains(where: { $0.elementsEqual("..".utf8) }), let real = real(path) {
            return real
        }
        var text: [UInt8] = path.utf8.first == slash ? [slash] : []
        for part in parts where !part.elementsEqual(".".utf8) {
            if let last = text.last, last != slash { text.append(slash) }
            text += part
        }
        return text.isEmpty ? "." : String(decoding: text, as: UTF8.self)
    }

    /// Returns a path with all links resolved; nil if it does not exist.
    package static func real(_ path: String) -> String? {
        // SAFETY: realpath allocates the result, which is freed here.
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
