// SPDX-License-Identifier: Apache-2.0

/// The memory of ``SharedTrapStatistics``, in a variable that is read without a check for lazy
/// initialisation.
enum SharedTrapWords {
    // SAFETY: written by the parent, which has one thread, before there is a child; read-only from then
    // on.
    /// Nil in a server that could not map the memory.
    nonisolated(unsafe) private static var words: SharedAtomicArray?

    @inline(__always)
    static var made: SharedAtomicArray? { unsafe words }

    /// Creates it, unless it exists.
    ///
    /// - Throws: ``NoSharedMemory``.
    static func make(count: Int) throws {
        if unsafe words == nil { unsafe words = try SharedAtomicArray(count: count) }
    }
}
