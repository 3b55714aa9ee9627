// SPDX-License-Identifier: Apache-2.0

internal import Glibc

// SAFETY: the entries are written before any other code has the object, and freed with it.
/// Files in the state in which they were read. Each further check costs one stat(2) for each file
/// and nothing else: no text, no array, no reference counting.
@safe package final class FileWatch: @unchecked Sendable {  // because it never changes
    @safe private struct Entry {
        let path: UnsafePointer<CChar>
        /// Nil if there was no file.
        let fingerprint: FileFingerprint?
    }

    private let entries: UnsafeMutableBufferPointer<Entry>

    /// - Parameter files: The paths, and the state of each file; nil if there was none.
    package init(_ files: [(path: String, fingerprint: FileFingerprint?)]) {
        unsafe entries = .allocate(capacity: files.count)
        for (index, file) in files.enumerated() {
            // A text with NUL is not the path of any file: it is cut there, as for stat(2) itself.
            guard let path = unsafe strdup(file.path) else { preconditionFailure("no memory") }
            unsafe entries.initializeElement(
                at: index, to: Entry(path: path, fingerprint: file.fingerprint))
        }
    }

    deinit {
        for index in unsafe entries.indices {
            unsafe free(UnsafeMutableRawPointer(mutating: entries[index].path))
        }
        unsafe entries.deallocate()
    }

    /// Whether all of them are unchanged, and missing ones are still missing.
    package var areUnchanged: Bool {
        for index in unsafe entries.indices where unsafe !Self.isUnchanged(&entries[index]) {
            return false
        }
        return true
    }

    @inline(__always)
    private static func isUnchanged(_ entry: UnsafePointer<Entry>) -> Bool {
        // stat(2) fills in the whole structure, or fails.
        unsafe withUnsafeTemporaryAllocation(of: stat.self, capacity: 1) { info in
            guard let info = info.baseAddress, unsafe stat(entry.pointee.path, info) == 0
            else { return unsafe entry.pointee.fingerprint == nil }
            guard let known = unsafe entry.pointee.fingerprint else { return false }
            return unsafe known.describes(info)
        }
    }
}
