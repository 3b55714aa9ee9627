// SPDX-License-Identifier: Apache-2.0

package import SystemCalls

/// A failure that need not be tried again while its source is what it was.
package struct RememberedFailure<Failure> {
    package let failure: Failure
    private let fingerprint: FileFingerprint
    /// Nil: as long as the source does not change.
    private let end: MonotonicTime?

    /// - Parameter isLasting: Whether the same source would fail the same way again. What does not
    ///   come from the source may be mended at any time; for two seconds nothing is tried.
    package init(
        _ fingerprint: FileFingerprint, _ failure: Failure, isLasting: Bool,
        now: MonotonicTime = .now
    ) {
        self.fingerprint = fingerprint
        self.failure = failure
        end = isLasting ? nil : now.advanced(bySeconds: 2)
    }

    /// Whether the failure is what a source with this fingerprint would come to.
    package func holds(for fingerprint: FileFingerprint?, now: MonotonicTime = .now) -> Bool {
        guard self.fingerprint == fingerprint else { return false }
        return end.map { now < $0 } ?? true
    }
}
