// SPDX-License-Identifier: Apache-2.0

extension Table: Sequence {
    /// An iterator over the entries in order, as they were when the iteration began.
    ///
    /// The table may be changed during the iteration, which does not reflect the changes. Using the
    /// iterator after the table's request has ended stops the process with a message that explains
    /// the misuse.
    public struct Iterator: IteratorProtocol {
        private let table: Table
        private let entries: ContiguousArray<TableEntry>
        private var position = 0

        fileprivate init(_ table: Table) {
            self.table = table
            entries = table.live.elements.entries
        }

        /// Returns the next entry; an entry that a module set without a value has an empty value.
        public mutating func next() -> (name: String, value: String)? {
            guard position < entries.count else { return nil }
            // Stops if the table, and with it the memory of names and values, has ended.
            _ = table.live
            defer { position += 1 }
            return entries[position].texts
        }
    }

    /// Returns an iterator over all entries in order.
    ///
    /// Corresponds to `table.items()` and `table.iteritems()` in mod_python.
    public func makeIterator() -> Iterator { Iterator(self) }

    /// The names, in order; a repeated name occurs repeatedly.
    ///
    /// Corresponds to `table.keys()` in mod_python.
    public var keys: [String] { map(\.name) }

    /// The values, in order.
    ///
    /// Corresponds to `table.values()` in mod_python.
    public var values: [String] { map(\.value) }
}
