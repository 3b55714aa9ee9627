// SPDX-License-Identifier: Apache-2.0

/// The memory of ``SharedTrapStatistics``, in a place that is read without asking whether it is there
/// already.
enum SharedTrapWords {
    // SAFETY: written by the parent, which has one thread, before there is a child; read-only from then
    // on.
    /// Nil in a server without memory for it.
    nonisolated(unsafe) private static var words: SharedAtomicArray?

    @inline(__always)
    static var made: SharedAtomicArray? { unsafe words }

    /// Makes it, unless it is there.
    ///
    /// - Throws: ``NoSharedMemory``.
    static func make(count: Int) throws {
        if unsafe words == nil { unsafe words = try SharedAtomicArray(count: count) }
    }
}
