// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// Whole seconds, rounded up, at least one: what programs take as a time-out.
    var wholeSeconds: Int64 { max(1, components.seconds + (components.attoseconds > 0 ? 1 : 0)) }
}
