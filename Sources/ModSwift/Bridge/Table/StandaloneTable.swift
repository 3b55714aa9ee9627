// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: created in init, freed in deinit, and never returned without self.
/// A table of our own, in a separate pool.
///
/// The pool has no parent: httpd destroys its pools at a child's end, even if threads are still
/// running.
@safe final class StandaloneTable {
    @safe private let pool: OpaquePointer
    @safe private let field: UnsafeMutablePointer<OpaquePointer?>

    /// Creates an empty table.
    convenience init() { unsafe self.init(copying: nil) }

    /// Creates a table with copies of the entries of another.
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
