// SPDX-License-Identifier: Apache-2.0

extension Table: Sequence {
    /// The entries in order, as they were when the iteration began.
    ///
    /// The table may be changed meanwhile: the iteration does not see it. Using it after the
    /// table's request has ended stops with a sentence that says so.
    public struct Iterator: IteratorProtocol {
        private let table: Table
        private let entries: ContiguousArray<TableEntry>
        private var position = 0

        fileprivate init(_ table: Table) {
            self.table = table
            entries = table.live.elements.entries
        }

        /// The next entry; one that a module made without a value has an empty one.
        public mutating func next() -> (name: String, value: String)? {
            guard position < entries.count else { return nil }
            // The table, and with it the memory of names and values, may have ended.
            _ = table.live
            defer { position += 1 }
            return entries[position].texts
        }
    }

    /// Iterates over all entries in order.
    ///
    /// Corresponds to `table.items()` and `table.iteritems()` in mod_python.
    public func makeIterator() -> Iterator { Iterator(self) }

    /// The names, in order; one that stands several times is there several times.
    ///
    /// Corresponds to `table.keys()` in mod_python.
    public var keys: [String] { map(\.name) }

    /// The values, in order.
    ///
    /// Corresponds to `table.values()` in mod_python.
    public var values: [String] { map(\.value) }
}
