// SPDX-License-Identifier: Apache-2.0

/// The result of several handlers of one phase.
///
/// Where httpd asks all modules, the next handler runs after ok and declined; where it asks until one
/// decides, after declined. A cleanup decides nothing: all of them run. Any other status ends the
/// phase with that result. (mod_python 3.3's rules, N5-13.)
///
/// Every request has one, so that it is inlined where it is used: only what is public is.
public struct HandlerStack {
    /// How the handlers of a phase follow each other.
    public enum Rule {
        /// ok decides: httpd's RUN_FIRST, apart from content.
        case untilOne
        /// ok lets the next handler run.
        case all
        /// No result counts.
        case cleanup
    }

    @usableFromInline let rule: Rule
    /// A status as httpd numbers it: 0 is ok, -1 declined.
    public var result: Int
    /// Whether no further handler is to run.
    public var isDone: Bool

    /// A stack of which no handler has run: declined.
    @inlinable @inline(__always)
    public init(_ rule: Rule) {
        self.rule = rule
        result = -1
        isDone = false
    }

    /// Adds the result of the next handler; nil where there is no such handler.
    @inlinable @inline(__always)
    public mutating func add(_ status: Int?) {
        if case .cleanup = rule { return }
        guard let status, status != -1 else { return }
        result = status
        isDone = status != 0
        if case .untilOne = rule { isDone = true }
    }
}
