// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: made in init, freed in deinit, and never handed out without self.
/// A table of our own, in a pool of its own.
///
/// The pool hangs on no other: httpd gives its pools back at a child's end, whatever threads still
/// run.
@safe final class StandaloneTable {
    @safe private let pool: OpaquePointer
    @safe private let field: UnsafeMutablePointer<OpaquePointer?>

    /// Makes an empty table.
    convenience init() { unsafe self.init(copying: nil) }

    /// Makes a table with copies of the entries of another.
    init(copying other: OpaquePointer?) {
        var pool: OpaquePointer?
        guard unsafe apr_pool_create_unmanaged_ex(&pool, nil, nil) == APR_SUCCESS,
            let pool = unsafe pool
        else { stop("There is no memory for a table") }
        unsafe self.pool = pool
        field = .allocate(capacity: 1)
        unsafe field.initialize(
            to: other.map { unsafe apr_table_clone(pool, $0) } ?? apr_table_make(pool, 8))
    }

    var slot: TableSlot { unsafe TableSlot(field) }

    deinit {
        unsafe field.deallocate()
        unsafe apr_pool_destroy(pool)
    }
}
