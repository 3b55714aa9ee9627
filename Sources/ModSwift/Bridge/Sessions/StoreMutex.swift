// SPDX-License-Identifier: Apache-2.0
//
// httpd's mutex "swift-sessions", with the mechanism that `Mutex` configures: for stores that have
// no locking between processes. It is released in the call that took it.

internal import CApache

/// The mutex that protects the files and memory of the stores.
enum StoreMutex {
    // SAFETY: created by the parent before it has children, and attached to in child_init, before
    // any other thread; in the configuration's pool, which no child outlives.
    nonisolated(unsafe) private static var mutex: OpaquePointer?

    /// The name that the shim has registered for `Mutex`.
    private static var name: String { MSW_STORE_MUTEX }

    /// Creates it in the parent, if a store needs it.
    ///
    /// - Throws: ``ServerError``.
    static func make(_ server: ServerRecord, _ pool: Pool) throws {
        unsafe mutex = nil
        let code = unsafe ap_global_mutex_create(
            &mutex, nil, name, nil, server.pointer, pool.pointer, 0)
        guard code == APR_SUCCESS else {
            throw ServerError(code, operation: "create", detail: "the mutex \(name)")
        }
    }

    /// Attaches to it in a child.
    static func attach(_ server: ServerRecord, _ pool: Pool) {
        guard unsafe mutex != nil else { return }
        let code = unsafe apr_global_mutex_child_init(
            &mutex, apr_global_mutex_lockfile(mutex), pool.pointer)
        guard code != APR_SUCCESS else { return }
        server.log("MSW0661: the mutex \(name) cannot be used: \(errorText(code))", level: .error)
        unsafe mutex = nil
    }

    /// Calls body with the mutex.
    ///
    /// - Throws: ``ServerError``; errors of body.
    static func with<Result>(_ body: () throws -> Result) throws -> Result {
        guard let mutex = unsafe mutex else {
            throw SessionError.store("there is no mutex \(name) in this process")
        }
        let code = unsafe apr_global_mutex_lock(mutex)
        guard code == APR_SUCCESS else {
            throw ServerError(code, operation: "lock", detail: "the mutex \(name)")
        }
        defer { _ = unsafe apr_global_mutex_unlock(mutex) }
        return try body()
    }
}

/// APR memory for one call.
enum CallPool {
    /// Calls body with a separate pool, which is destroyed afterwards.
    ///
    /// - Throws: ``ServerError``; errors of body.
    static func with<Result>(_ body: (OpaquePointer) throws -> Result) throws -> Result {
        var pool: OpaquePointer?
        let code = unsafe apr_pool_create_ex(&pool, nil, nil, nil)
        guard code == APR_SUCCESS, let pool = unsafe pool else {
            throw ServerError(code, operation: "make", detail: "a memory pool")
        }
        // SAFETY: no other code has it.
        defer { unsafe apr_pool_destroy(pool) }
        return try unsafe body(pool)
    }
}
