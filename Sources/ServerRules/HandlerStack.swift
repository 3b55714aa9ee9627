// SPDX-License-Identifier: Apache-2.0

/// The result of several handlers of one phase.
///
/// In a phase for which httpd calls all modules, the next handler runs after ok and declined; in a
/// phase that httpd ends at the first decision, it runs after declined. All cleanups run, whatever
/// they return. Any other status ends the phase with that result. (mod_python 3.3's rules, N5-13.)
///
/// Every request has one; therefore it is inlined where it is used, which requires it to be public.
public struct HandlerStack {
    /// The rule by which a phase continues with the next handler.
    public enum Rule {
        /// ok ends the phase: httpd's RUN_FIRST, except content.
        case untilOne
        /// The next handler runs after ok.
        case all
        /// Results are ignored.
        case cleanup
    }

    @usableFromInline let rule: Rule
    /// A status in httpd's numbers: 0 is ok, -1 declined.
    public var result: Int
    /// Whether no further handler is to run.
    public var isDone: Bool

    /// Creates a stack of which no handler has run: declined.
    @inlinable @inline(__always)
    public init(_ rule: Rule) {
        self.rule = rule
        result = -1
        isDone = false
    }

    /// Adds the result of the next handler; nil if there is no such handler.
    @inlinable @inline(__always)
    public mutating func add(_ status: Int?) {
        if case .cleanup = rule { return }
        guard let status, status != -1 else { return }
        result = status
        isDone = status != 0
        if case .untilOne = rule { isDone = true }
    }
}
