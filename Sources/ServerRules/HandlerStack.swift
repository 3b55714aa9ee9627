// SPDX-License-Identifier: Apache-2.0

/// The result of several handlers of one phase.
///
/// Where httpd asks all modules, the next handler runs after ok and declined; where it asks until one
/// decides, after declined. A cleanup decides nothing: all of them run. Any other status ends the
/// phase with that result. (mod_python 3.3's rules, N5-13.)
///
/// Every request has one, so that it is inlined where it is used.
package struct HandlerStack {
    /// How the handlers of a phase follow each other.
    package enum Rule {
        /// ok decides: httpd's RUN_FIRST, apart from content.
        case untilOne
        /// ok lets the next handler run.
        case all
        /// No result counts.
        case cleanup
    }

    @usableFromInline let rule: Rule
    /// A status as httpd numbers it: 0 is ok, -1 declined.
    @usableFromInline package var result = -1
    /// Whether no further handler is to run.
    @usableFromInline package var isDone = false

    @inlinable
    package init(_ rule: Rule) { self.rule = rule }

    /// Adds the result of the next handler; nil where there is no such handler.
    @inlinable
    package mutating func add(_ status: Int?) {
        guard rule != .cleanup, let status, status != -1 else { return }
        result = status
        isDone = status != 0 || rule == .untilOne
    }
}
