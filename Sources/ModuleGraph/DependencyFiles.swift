// SPDX-License-Identifier: Apache-2.0

package import SystemCalls

/// The files, other than its own, that determine a module: those of the modules it imports, those
/// that a page includes, and the places where a module would be found first if it existed.
package struct DependencyFiles: Sendable {
    package struct Entry: Sendable {
        package let path: String
        /// nil if there is no file.
        package let fingerprint: FileFingerprint?

        package init(path: String, fingerprint: FileFingerprint?) {
            self.path = path
            self.fingerprint = fingerprint
        }
    }

    package static let none = DependencyFiles([])

    private let entries: [Entry]

    /// Creates the list, with each path once.
    package init(_ entries: [Entry]) {
        guard entries.count > 1 else {
            self.entries = entries
            return
        }
        var known: Set<String> = []
        self.entries = entries.filter { known.insert($0.path).inserted }
    }

    /// Whether all of them are as they were when they were read, and missing ones are still
    /// missing.
    package var areUnchanged: Bool {
        entries.allSatisfy { FileSystem.fingerprint(of: $0.path) == $0.fingerprint }
    }

    /// Returns a watch over a file and all of these.
    package func watch(with path: String, _ fingerprint: FileFingerprint) -> FileWatch {
        let own = Entry(path: path, fingerprint: fingerprint)
        return FileWatch(([own] + entries).map { (path: $0.path, fingerprint: $0.fingerprint) })
    }

    /// The latest modification time among them, in nanoseconds since 1970.
    package var modified: Int { entries.compactMap { $0.fingerprint?.modified }.max() ?? 0 }

    /// Returns the files of both.
    package func union(_ other: DependencyFiles) -> DependencyFiles {
        DependencyFiles(entries + other.entries)
    }
}
