// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Paths as text.
package enum FilePath {
    /// The directory a path lies in, without a trailing slash.
    package static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(decoding: path.utf8[..<slash], as: UTF8.self)
    }

    /// The last part of a path.
    package static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(decoding: path.utf8[path.utf8.index(after: slash)...], as: UTF8.self)
    }

    /// The same path written in one way, so that equal paths are equal texts: without empty parts, "." and a
    /// slash at the end. Where ".." follows a link it depends on the file system, so a path with ".." in
    /// it becomes the real one, where it exists.
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

    /// The path with all links followed; nil when it does not exist.
    package static func real(_ path: String) -> String? {
        // SAFETY: realpath allocates the result, which is freed here.
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
