// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// Whole seconds, rounded up, at least one, as programs accept for a timeout.
    var wholeSeconds: Int64 { max(1, components.seconds + (components.attoseconds > 0 ? 1 : 0)) }
}
