// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// The ``Server`` objects: one for each server of the configuration, created by the parent for its
/// children.
enum Servers {
    // SAFETY: written in post_config and in the cleanup of the configuration's pool: before there
    // are other threads, and after they have ended. All other code only reads, and needs no lock.
    nonisolated(unsafe) private static var mainServer: Server?
    nonisolated(unsafe) private static var byAddress: [UInt: Server] = [:]

    /// Creates the objects. Called in the parent at each start and restart.
    static func makeAll(from main: ServerRecord) {
        for record in sequence(first: main, next: \.next) {
            unsafe byAddress[record.address] = Server(record)
        }
        unsafe mainServer = byAddress[main.address]
        endWithConfiguration(main)
    }

    /// The main server.
    static var main: Server {
        guard let server = unsafe mainServer else {
            stop("There is no server yet: handlers run in httpd's children only")
        }
        return server
    }

    /// Returns the object of a record; nil if the record is not part of the configuration, like
    /// those that some modules create for one request.
    static func of(_ record: ServerRecord) -> Server? {
        unsafe byAddress[record.address]
    }

    /// Ends the objects when the configuration's pool is destroyed. The children of httpd's own
    /// MPMs end without clearing it; others may not.
    private static func endWithConfiguration(_ main: ServerRecord) {
        // SAFETY: a server's process and its pool outlive the server.
        guard let pool = unsafe main.pointer.pointee.process?.pointee.pconf else { return }
        unsafe apr_pool_cleanup_register(
            pool, nil,
            { _ in
                for server in unsafe Servers.byAddress.values { server.end() }
                unsafe Servers.byAddress = [:]
                unsafe Servers.mainServer = nil
                return APR_SUCCESS
            }, apr_pool_cleanup_null)
    }
}

extension ServerRecord {
    fileprivate var address: UInt { unsafe UInt(bitPattern: identity) }
}
