// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: the record outlives the slot: the Table that keeps it is ended with its owner.
/// A field of a record that points to a table.
///
/// httpd replaces tables during a request (headers_out on an error, headers_in on an internal
/// redirect), so the field is kept, not the table. If the field is NULL there are no entries, and
/// nothing is set.
@safe struct TableSlot {
    private let field: UnsafeMutablePointer<OpaquePointer?>

    init(_ field: UnsafeMutablePointer<OpaquePointer?>) { unsafe self.field = field }

    @inline(__always)
    private var table: OpaquePointer? { unsafe field.pointee }

    /// The current entries.
    var elements: TableSnapshot { unsafe TableSnapshot(table) }

    /// Returns the entries with a name.
    func elements(named name: String) -> TableSnapshot {
        unsafe withCName(name) { table, name in unsafe TableSnapshot(table, named: name) }
            ?? TableSnapshot(nil)
    }

    @inline(__always)
    var count: Int {
        // SAFETY: a table's array always has a count.
        unsafe table.map { unsafe Int(msw_table_array($0).pointee.nelts) } ?? 0
    }

    /// Returns a table with the same entries, in a separate pool.
    func copied() -> StandaloneTable { unsafe StandaloneTable(copying: table) }

    // MARK: Reading

    /// Returns the first value with this name. An entry without a value counts as missing.
    @inline(__always)
    func first(_ name: String) -> String? {
        // SAFETY: apr_table_get borrows the name; the value is copied here.
        unsafe withCName(name) { table, name in unsafe text(apr_table_get(table, name)) }
    }

    func contains(_ name: String) -> Bool {
        unsafe withCName(name) { table, name in
            unsafe apr_table_get(table, name) != nil ? true : nil
        }
            ?? false
    }

    func contains(_ name: StaticString) -> Bool {
        guard let table = unsafe table, let name = unsafe name.cString else { return false }
        // SAFETY: a StaticString is never freed, and ends with NUL.
        return unsafe apr_table_get(table, name) != nil
    }

    /// Returns the bytes of the next value with a name, from an index on; nil after the last.
    ///
    /// - Parameter index: Set to the index after the value.
    func nextValue(
        _ name: StaticString, from index: inout Int32
    ) -> UnsafeBufferPointer<UInt8>? {
        guard let table = unsafe table, let name = unsafe name.cString else { return nil }
        // SAFETY: as above; the value lives at least as long as the slot.
        let found = unsafe msw_table_next(table, name, index)
        guard found >= 0 else { return nil }
        index = found + 1
        return unsafe bytes(msw_table_value(table, found))
    }

    /// Returns the bytes of the first value; NULL if there is none.
    @inline(__always)
    func firstBytes(_ name: UnsafePointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        // SAFETY: the caller's name ends with NUL; the value lives at least as long as the slot.
        guard let table = unsafe table else {
            return unsafe UnsafeBufferPointer(start: nil, count: 0)
        }
        let start = unsafe UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self)
        return unsafe bytes(apr_table_get(table, start))
    }

    /// Returns the bytes of the first value; NULL if there is none.
    func firstBytes(_ name: String) -> UnsafeBufferPointer<UInt8> {
        unsafe withCName(name) { table, name in unsafe bytes(apr_table_get(table, name)) }
            ?? UnsafeBufferPointer(start: nil, count: 0)
    }

    // MARK: Writing

    /// Replaces all values; returns false if name or value is not allowed in a header.
    func set(_ name: String, _ value: String) -> Bool {
        // SAFETY: apr_table_set copies what it keeps.
        unsafe change(name, value) { table, name, value in
            unsafe apr_table_set(table, name, value)
        }
    }

    /// Appends a value; returns false if name or value is not allowed in a header.
    func add(_ name: String, _ value: String) -> Bool {
        // SAFETY: apr_table_add copies both.
        unsafe change(name, value) { table, name, value in
            unsafe apr_table_add(table, name, value)
        }
    }

    @inline(__always)
    private func change(
        _ name: String, _ value: String,
        _ body: (OpaquePointer, UnsafePointer<CChar>, UnsafePointer<CChar>) -> Void
    ) -> Bool {
        guard let table = unsafe table, !name.isEmpty, name.mayStandInHeader,
            value.mayStandInHeader
        else { return false }
        // SAFETY: both texts are borrowed for the call, and contain no NUL.
        unsafe name.withCString { name in
            unsafe value.withCString { value in unsafe body(table, name, value) }
        }
        return true
    }

    /// Replaces all values; returns false if name or value is not allowed in a header.
    @inline(__always)
    func set(_ name: StaticString, _ value: BorrowedBytes) -> Bool {
        // SAFETY: a StaticString is never freed; the value is copied into the table's pool.
        unsafe change(name, value) { table, name, value in
            unsafe apr_table_setn(table, name, value)
        }
    }

    /// Appends a value; returns false if name or value is not allowed in a header.
    @inline(__always)
    func add(_ name: StaticString, _ value: BorrowedBytes) -> Bool {
        // SAFETY: a StaticString is never freed; the value is copied into the table's pool.
        unsafe change(name, value) { table, name, value in
            unsafe apr_table_addn(table, name, value)
        }
    }

    @inline(__always)
    private func change(
        _ name: StaticString, _ value: BorrowedBytes,
        _ body: (OpaquePointer, UnsafePointer<CChar>, UnsafePointer<CChar>) -> Void
    ) -> Bool {
        guard let table = unsafe table, let key = BorrowedBytes(name), key.count > 0 else {
            return false
        }
        if key.mayHoldLineBreaks || value.mayHoldLineBreaks {
            guard mayStandInHeader(key, value) else { return false }
        }
        guard let copy = unsafe value.copy(for: table) else { return false }
        unsafe body(table, key.start.assumingMemoryBound(to: CChar.self), copy)
        return true
    }

    /// Replaces all values; returns false if name or value is not allowed in a header.
    func set(_ name: String, _ value: BorrowedBytes) -> Bool {
        // SAFETY: name and value are copied into the table's pool.
        unsafe change(name, value) { table, name, value in
            unsafe apr_table_setn(table, name, value)
        }
    }

    /// Appends a value; returns false if name or value is not allowed in a header.
    func add(_ name: String, _ value: BorrowedBytes) -> Bool {
        // SAFETY: name and value are copied into the table's pool.
        unsafe change(name, value) { table, name, value in
            unsafe apr_table_addn(table, name, value)
        }
    }

    private func change(
        _ name: String, _ value: BorrowedBytes,
        _ body: (OpaquePointer, UnsafePointer<CChar>, UnsafePointer<CChar>) -> Void
    ) -> Bool {
        guard let table = unsafe table, !name.isEmpty, value.mayStandInHeader,
            let key = unsafe Pool(msw_table_pool(table))?.copy(name, refusing: .lineBreaks),
            let copy = unsafe value.copy(for: table)
        else { return false }
        unsafe body(table, key, copy)
        return true
    }

    func remove(_ name: String) {
        _ = unsafe withCName(name) { table, name in unsafe apr_table_unset(table, name) }
    }

    func removeAll() {
        guard let table = unsafe table else { return }
        unsafe apr_table_clear(table)
    }

    /// Removes the last entry and returns it.
    func removeLast() -> (name: String, value: String)? {
        guard let table = unsafe table else { return nil }
        var entries = elements.entries
        guard let last = entries.popLast() else { return nil }
        // APR can only remove all entries, or all with a name: the others are added again.
        unsafe apr_table_clear(table)
        for entry in entries {
            // SAFETY: names and values stay in the pool when their table is cleared.
            unsafe apr_table_addn(table, entry.name, entry.value)
        }
        return last.texts
    }

    @inline(__always)
    private func withCName<Result>(
        _ name: String, _ body: (OpaquePointer, UnsafePointer<CChar>) -> Result?
    ) -> Result? {
        // SAFETY: the name is borrowed for the call, and ends at its NUL: no table contains a name
        // with a NUL inside.
        guard let table = unsafe table else { return nil }
        return unsafe name.withCString { start in
            guard unsafe strlen(start) == name.utf8.count else { return nil }
            return unsafe body(table, start)
        }
    }
}

extension StaticString {
    /// The bytes of a literal as a C string; nil if it is a scalar and not a text.
    var cString: UnsafePointer<CChar>? {
        guard hasPointerRepresentation else { return nil }
        // SAFETY: bytes have no alignment.
        return unsafe UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

extension String {
    @inline(__always)
    fileprivate var mayStandInHeader: Bool {
        var text = self
        // SAFETY: the bytes are borrowed for the call.
        return text.withUTF8 { unsafe ForbiddenBytes.lineBreaks.areAbsent(from: $0) }
    }
}

@inline(never)
private func mayStandInHeader(_ name: BorrowedBytes, _ value: BorrowedBytes) -> Bool {
    name.mayStandInHeader && value.mayStandInHeader
}

// SAFETY: httpd's strings end with NUL.
/// Returns a text's bytes; NULL if there is none.
@inline(__always)
func bytes(_ text: UnsafePointer<CChar>?) -> UnsafeBufferPointer<UInt8> {
    guard let text = unsafe text else { return unsafe UnsafeBufferPointer(start: nil, count: 0) }
    return unsafe UnsafeBufferPointer(
        start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: strlen(text))
}
