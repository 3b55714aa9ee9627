// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Paths as text.
package enum FilePath {
    /// The directory a path lies in, without a trailing slash.
    package static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    package static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    /// The same path written in one way, so that equal paths are equal texts: without empty parts, "." and a
    /// slash at the end. Where ".." follows a link it depends on the file system, so a path with ".." in
    /// it becomes the real one, where it exists.
    package static func normalized(_ path: String) -> String {
        let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
        if parts.contains(".."), let real = real(path) { return real }
        let text = parts.filter { $0 != "." }.joined(separator: "/")
        if path.utf8.first == UInt8(ascii: "/") { return "/\(text)" }
        return text.isEmpty ? "." : text
    }

    /// The path with all links followed; nil when it does not exist.
    package static func real(_ path: String) -> String? {
        // SAFETY: realpath allocates the result, which is freed here.
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
