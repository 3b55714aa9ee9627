// SPDX-License-Identifier: Apache-2.0

extension Table: Equatable {
    /// Whether both have the same names (case-insensitive) with the same values (compared byte by
    /// byte). The order of different names does not matter; the order of the values of a name does.
    public static func == (left: Table, right: Table) -> Bool {
        left === right || left.live.elements.hasSameFields(as: right.live.elements)
    }
}

extension Table: CustomStringConvertible {
    /// The entries in order, quoted and escaped: `["a": "1", "A": "2"]` (N4-08).
    public var description: String {
        let fields = map { "\($0.name.debugDescription): \($0.value.debugDescription)" }
        return fields.isEmpty ? "[:]" : "[\(fields.joined(separator: ", "))]"
    }
}
