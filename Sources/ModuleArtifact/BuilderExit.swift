// SPDX-License-Identifier: Apache-2.0

/// How the builder program ends.
package enum BuilderExit: Int32, Sendable {
    /// The module is in the cache.
    case built = 0
    /// The compiler refused the source; its diagnostics were printed.
    case diagnostics = 1
    /// The arguments were wrong.
    case usage = 2
    /// The source is no longer what its key says.
    case sourceChanged = 3
    /// Something around the compiler failed; it was printed.
    case failed = 4
    /// The disk is full, or the user may use no more of it.
    case noSpace = 5
    /// A module that the source imports is not in the cache, or not whole.
    case importMissing = 6
}
