// SPDX-License-Identifier: Apache-2.0

/// The exit codes of the builder program.
package enum BuilderExit: Int32, Sendable {
    /// The module is in the cache.
    case built = 0
    /// The compiler rejected the source; its diagnostics were printed.
    case diagnostics = 1
    /// The arguments were wrong.
    case usage = 2
    /// The source no longer matches its key.
    case sourceChanged = 3
    /// Something other than the source caused the failure; the message was printed.
    case failed = 4
    /// The disk is full, or the user's quota is exceeded.
    case noSpace = 5
    /// A module that the source imports is not in the cache, or incomplete.
    case importMissing = 6
}
