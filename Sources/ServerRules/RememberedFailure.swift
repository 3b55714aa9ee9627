// SPDX-License-Identifier: Apache-2.0

package import SystemCalls

/// A failure that is not tried again while its source is unchanged.
package struct RememberedFailure<Failure> {
    package let failure: Failure
    private let fingerprint: FileFingerprint
    /// The time at which it expires; nil: when the source changes.
    private let end: MonotonicTime?

    /// - Parameter isLasting: Whether the same source would fail again in the same way. A failure
    ///   that is not caused by the source may be repaired at any time; it is kept for two seconds.
    package init(
        _ fingerprint: FileFingerprint, _ failure: Failure, isLasting: Bool,
        now: MonotonicTime = .now
    ) {
        self.fingerprint = fingerprint
        self.failure = failure
        end = isLasting ? nil : now.advanced(bySeconds: 2)
    }

    /// Whether a source with this fingerprint would fail in the same way.
    package func holds(for fingerprint: FileFingerprint?, now: MonotonicTime = .now) -> Bool {
        guard self.fingerprint == fingerprint else { return false }
        return end.map { now < $0 } ?? true
    }
}
