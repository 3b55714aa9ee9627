// SPDX-License-Identifier: Apache-2.0

internal import Glibc

// SAFETY: the entries are written before anybody else has the object, and freed with it.
/// Files as somebody has read them, kept so that another look at them costs one stat(2) for each and
/// nothing else: no text, no array, no counted reference.
@safe package final class FileWatch: @unchecked Sendable {  // because it never changes
    @safe private struct Entry {
        let path: UnsafePointer<CChar>
        /// Nil where there is nothing.
        let fingerprint: FileFingerprint?
    }

    private let entries: UnsafeMutableBufferPointer<Entry>

    /// - Parameter files: The paths, and how each file was; nil where there was nothing.
    package init(_ files: [(path: String, fingerprint: FileFingerprint?)]) {
        unsafe entries = .allocate(capacity: files.count)
        for (index, file) in files.enumerated() {
            // A text that holds NUL is the path of no file: it is cut there, as for stat(2) itself.
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

    /// Whether all of them are as they were, and those that were not there are still not.
    package var areUnchanged: Bool {
        for index in unsafe entries.indices where unsafe !Self.isUnchanged(&entries[index]) {
            return false
        }
        return true
    }

    @inline(__always)
    private static func isUnchanged(_ entry: UnsafePointer<Entry>) -> Bool {
        // stat(2) fills in all of it, or fails.
        unsafe withUnsafeTemporaryAllocation(of: stat.self, capacity: 1) { info in
            guard let info = info.baseAddress, unsafe stat(entry.pointee.path, info) == 0
            else { return unsafe entry.pointee.fingerprint == nil }
            guard let known = unsafe entry.pointee.fingerprint else { return false }
            return unsafe known.describes(info)
        }
    }
}
