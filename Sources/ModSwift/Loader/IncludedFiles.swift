// SPDX-License-Identifier: Apache-2.0

internal import PageParsing
internal import SystemCalls

/// The files that a page includes, or looks for, as they were read.
struct IncludedFiles: Sendable {
    private struct Entry: Sendable {
        let path: String
        /// nil where there was none.
        let fingerprint: FileFingerprint?
        let text: String
    }

    static let none = IncludedFiles(entries: [])

    private let entries: [Entry]

    private init(entries: [Entry]) { self.entries = entries }

    /// Reads what a page includes.
    static func read(by path: String, _ bytes: [UInt8]) -> (
        included: IncludedFiles, keyBytes: [UInt8]
    ) {
        var fingerprints: [String: FileFingerprint] = [:]
        let files = PageFiles(path: path, bytes: bytes) { path in
            guard let (bytes, fingerprint) = try? FileSystem.read(path, limit: ModuleSource.limit)
            else { return nil }
            fingerprints[path] = fingerprint
            return bytes
        }
        let entries = files.included.map { path, file in
            Entry(
                path: path, fingerprint: fingerprints[path],
                text: String(decoding: file?.bytes ?? [], as: UTF8.self))
        }
        return (IncludedFiles(entries: entries), files.keyBytes)
    }

    /// Whether all of them are as they were read, and those that were missing are so still.
    var areUnchanged: Bool {
        entries.allSatisfy { FileSystem.fingerprint(of: $0.path) == $0.fingerprint }
    }

    /// When the last of them was written, in nanoseconds since 1970.
    var modified: Int { entries.compactMap { $0.fingerprint?.modified }.max() ?? 0 }

    /// The text of each, by its path.
    var texts: [String: String] {
        Dictionary(entries.map { ($0.path, $0.text) }) { first, _ in first }
    }
}
