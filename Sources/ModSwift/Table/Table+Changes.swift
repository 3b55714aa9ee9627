// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

extension Table {
    /// Returns the first value with this name; if there is none, sets the given value and returns
    /// it.
    ///
    /// A rejected value is handled as by ``subscript(_:file:line:)``.
    ///
    /// Corresponds to `table.setdefault()` in mod_python.
    @discardableResult
    public func setDefault(
        _ name: String, _ value: String = "", file: StaticString = #fileID, line: UInt = #line
    ) -> String {
        if let present = self[name] { return present }
        self[name, file, line] = value
        return value
    }

    /// Removes the last entry.
    ///
    /// - Returns: The entry; nil if there was none.
    ///
    /// Corresponds to `table.popitem()` in mod_python, which returned the first and removed the
    /// last (N4-06).
    @discardableResult
    public func popItem() -> (name: String, value: String)? { live.removeLast() }

    /// Sets each name of another table to the values that it has there; other names stay.
    ///
    /// All values of a repeated name are taken over, in their order (N4-08).
    ///
    /// Corresponds to `table.update()` in mod_python; to `apr_table_overlap`.
    public func update(
        _ other: Table, file: StaticString = #fileID, line: UInt = #line
    ) {
        update(other.map { ($0.name, $0.value) }, file: file, line: line)
    }

    /// Sets names to values; other names stay.
    ///
    /// If a name occurs several times, all its values are set, in their order (N4-08). A rejected
    /// value is handled as by ``subscript(_:file:line:)``.
    ///
    /// Corresponds to `table.update()` in mod_python.
    public func update(
        _ pairs: some Sequence<(String, String)>,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        var seen: Set<[UInt8]> = []
        for (name, value) in pairs {
            if seen.insert(name.utf8.map(\.lowercase)).inserted {
                self[name, file, line] = value
            } else {
                add(name, value, file: file, line: line)
            }
        }
    }

    /// Appends all entries of another table, keeping those with the same names.
    public func add(
        contentsOf other: Table, file: StaticString = #fileID, line: UInt = #line
    ) {
        for (name, value) in other { add(name, value, file: file, line: line) }
    }

    /// Returns an independent table with the same entries, in the same order.
    ///
    /// It stays valid after the request of this table has ended.
    ///
    /// Corresponds to `table.copy()` in mod_python, which kept only one value of each name (N4-08);
    /// to `apr_table_clone`.
    public func copy() -> Table { Table(live.copied()) }
}

extension Table: ExpressibleByDictionaryLiteral {
    /// Creates a table from pairs; a name may occur several times.
    ///
    /// A rejected value is not set, and is reported in the error log; ``set(_:to:)`` throws
    /// instead.
    ///
    /// Corresponds to `apache.table(sequence)` in mod_python.
    public convenience init(
        _ pairs: some Sequence<(String, String)>,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        self.init()
        for (name, value) in pairs { add(name, value, file: file, line: line) }
    }

    /// Creates a table from a literal: `["a": "1", "a": "2"]`. A name may occur several times.
    public convenience init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }
}
