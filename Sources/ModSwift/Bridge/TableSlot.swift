// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: the record outlives the slot: the Table that keeps it is ended with its owner.
/// A field of a record that points to a table.
///
/// httpd swaps tables under way (headers_out on an error, headers_in on an internal redirect), so
/// the field is kept, not the table.
@safe struct TableSlot {
    private let field: UnsafeMutablePointer<OpaquePointer?>

    init(_ field: UnsafeMutablePointer<OpaquePointer?>) { unsafe self.field = field }

    private var table: OpaquePointer? { unsafe field.pointee }

    var elements: TableElements { unsafe TableElements(table) }

    func first(_ name: String) -> String? {
        guard let table = unsafe table else { return nil }
        // SAFETY: apr_table_get borrows the name; the value is copied here.
        return unsafe name.withCString { unsafe text(apr_table_get(table, $0)) }
    }

    /// Calls body with the bytes of the first value, borrowed for the call.
    func withFirst<Result, Failure: Error>(
        _ name: StaticString, _ body: (Span<UInt8>?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // SAFETY: a StaticString ends in NUL; the value lives at least as long as the call.
        guard let table = unsafe table, name.hasPointerRepresentation,
            let value = unsafe apr_table_get(
                table, UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self))
        else { return try body(nil) }
        let start = unsafe UnsafeRawPointer(value).assumingMemoryBound(to: UInt8.self)
        let bytes = unsafe UnsafeBufferPointer(start: start, count: strlen(value))
        return try body(unsafe Span(_unsafeElements: bytes))
    }

    /// Replaces all values; false when name or value may not stand in a header.
    func set(_ name: String, _ value: String) -> Bool {
        unsafe change(name, value) { unsafe apr_table_setn($0, $1, $2) }
    }

    /// Appends a value; false when name or value may not stand in a header.
    func add(_ name: String, _ value: String) -> Bool {
        unsafe change(name, value) { unsafe apr_table_addn($0, $1, $2) }
    }

    private func change(
        _ name: String, _ value: String,
        _ body: (OpaquePointer, UnsafePointer<CChar>, UnsafePointer<CChar>) -> Void
    ) -> Bool {
        // SAFETY: name and value are copied into the table's own pool.
        guard let table = unsafe table, let pool = unsafe Pool(msw_table_pool(table)),
            !name.isEmpty,
            let key = unsafe pool.copy(name, refusing: .lineBreaks),
            let value = unsafe pool.copy(value, refusing: .lineBreaks)
        else { return false }
        unsafe body(table, key, value)
        return true
    }

    func remove(_ name: String) {
        guard let table = unsafe table else { return }
        unsafe name.withCString { unsafe apr_table_unset(table, $0) }
    }

    func removeAll() {
        guard let table = unsafe table else { return }
        unsafe apr_table_clear(table)
    }
}

// SAFETY: indices are checked against the count at each step; a table only changes between steps.
/// The entries of a table, in order.
@safe struct TableElements: @unsafe Sequence, @unsafe IteratorProtocol {
    private let array: UnsafePointer<apr_array_header_t>?
    private var position = 0

    init(_ table: OpaquePointer?) {
        unsafe array = table.flatMap { unsafe apr_table_elts($0) }
    }

    var count: Int { unsafe array.map { unsafe Int($0.pointee.nelts) } ?? 0 }

    mutating func next() -> (name: UnsafePointer<CChar>?, value: UnsafePointer<CChar>?)? {
        while position < count, let elements = unsafe array?.pointee.elts {
            // SAFETY: the elements of a table are apr_table_entry_t.
            let entries = unsafe UnsafeRawPointer(elements)
                .assumingMemoryBound(to: apr_table_entry_t.self)
            defer { position += 1 }
            if unsafe entries[position].key == nil { continue }
            return unsafe (
                UnsafePointer(entries[position].key), UnsafePointer(entries[position].val)
            )
        }
        return nil
    }
}

// SAFETY: made in init, freed in deinit, and never handed out without self.
/// A table of our own, in a pool of its own.
@safe final class OwnTable {
    @safe private let pool: OpaquePointer
    @safe private let field: UnsafeMutablePointer<OpaquePointer?>

    init() {
        var pool: OpaquePointer?
        guard unsafe apr_pool_create_ex(&pool, nil, nil, nil) == APR_SUCCESS,
            let pool = unsafe pool
        else { stop("There is no memory for a table") }
        unsafe self.pool = pool
        field = .allocate(capacity: 1)
        unsafe field.initialize(to: apr_table_make(pool, 8))
    }

    var slot: TableSlot { unsafe TableSlot(field) }

    deinit {
        unsafe field.deallocate()
        unsafe apr_pool_destroy(pool)
    }
}

extension TableElements {
    /// The next entry as text; an entry without a value reads as empty.
    mutating func nextText() -> (name: String, value: String)? {
        guard let (name, value) = unsafe next() else { return nil }
        return (text(name) ?? "", text(value) ?? "")
    }
}
