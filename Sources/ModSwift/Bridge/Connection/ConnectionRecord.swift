// SPDX-License-Identifier: Apache-2.0
//
// httpd's conn_rec. Fields are read directly from the record; nothing is cached.

internal import CApache

// SAFETY: httpd passes it in, or the Connection that keeps it releases it before its pool ends.
/// A live `conn_rec`.
///
/// Code that keeps one beyond a call from httpd must drop it in the cleanup of the connection's
/// pool; only ``Connection`` does so.
@safe struct ConnectionRecord {
    let pointer: UnsafeMutablePointer<conn_rec>

    @inline(__always)
    init?(_ pointer: UnsafeMutablePointer<conn_rec>?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    // MARK: Fields

    /// Whether the client has closed the connection, or its sending side, even if httpd has not
    /// noticed yet.
    var isClosedByClient: Bool { unsafe msw_connection_is_closed(pointer) != 0 }
    /// The handle with which any thread can shut it down for its client; nil under HTTP/2.
    var ends: ConnectionEnds? { unsafe ConnectionEnds(msw_connection_descriptor(pointer)) }
    var clientIP: String? { text(unsafe pointer.pointee.client_ip) }
    var localIP: String? { text(unsafe pointer.pointee.local_ip) }
    var clientAddress: SocketAddress? {
        unsafe socketAddress(pointer.pointee.client_addr, clientIP)
    }
    var localAddress: SocketAddress? { unsafe socketAddress(pointer.pointee.local_addr, localIP) }
    var remoteHost: String? { text(unsafe pointer.pointee.remote_host) }
    var localHost: String? { text(unsafe pointer.pointee.local_host) }
    var remoteLogname: String? { text(unsafe pointer.pointee.remote_logname) }
    var doubleReverse: DoubleReverse {
        switch unsafe msw_connection_double_reverse(pointer) {
        case 0: .notDone
        case 1: .confirmed
        default: .failed
        }
    }
    var isAborted: Bool { unsafe msw_connection_aborted(pointer) != 0 }
    var keepalive: Keepalive {
        get {
            switch unsafe pointer.pointee.keepalive {
            case AP_CONN_CLOSE: .close
            case AP_CONN_KEEPALIVE: .keepalive
            default: .unknown
            }
        }
        nonmutating set {
            unsafe pointer.pointee.keepalive =
                switch newValue {
                case .unknown: AP_CONN_UNKNOWN
                case .close: AP_CONN_CLOSE
                case .keepalive: AP_CONN_KEEPALIVE
                }
        }
    }
    var keepalives: Int { Int(unsafe pointer.pointee.keepalives) }
    var isTLS: Bool { unsafe ap_ssl_conn_is_ssl(pointer) != 0 }
    var isOutgoing: Bool { unsafe pointer.pointee.outgoing != 0 }
    var id: Int { unsafe pointer.pointee.id }
    /// The primary connection itself is in use by another thread: none of its fields may be read.
    var isSecondary: Bool { unsafe pointer.pointee.master != nil }
    var logID: String? { text(unsafe pointer.pointee.log_id) }
    var notes: TableSlot {
        // SAFETY: MemoryLayout.offset of a stored C field is known; the record does not move.
        let offset = unsafe MemoryLayout<conn_rec>.offset(of: \.notes) ?? 0
        let address = unsafe UnsafeMutableRawPointer(pointer) + offset
        return unsafe TableSlot(address.assumingMemoryBound(to: OpaquePointer?.self))
    }
    var baseServer: ServerRecord? { unsafe ServerRecord(pointer.pointee.base_server) }

    // MARK: Our data

    /// The ``Connection`` of this record, if one was created.
    var object: Connection? {
        // SAFETY: the slot holds what `attach` put there, until the pool's cleanup.
        guard let object = unsafe msw_config_get(pointer.pointee.conn_config, moduleIndex) else {
            return nil
        }
        return unsafe Unmanaged<Connection>.fromOpaque(object).takeUnretainedValue()
    }

    /// Attaches a ``Connection`` to the record: it lives until the connection's pool is destroyed
    /// or cleared, often by a thread other than those that served it.
    func attach(_ connection: Connection) {
        let reference = unsafe Unmanaged.passRetained(connection).toOpaque()
        unsafe msw_config_set(pointer.pointee.conn_config, moduleIndex, reference)
        unsafe apr_pool_cleanup_register(
            pointer.pointee.pool, reference,
            { reference in
                guard !ChildEnd.interruptsWork, let reference = unsafe reference else {
                    return APR_SUCCESS
                }
                // SAFETY: the only release for the retain above.
                unsafe Unmanaged<Connection>.fromOpaque(reference).takeRetainedValue().end()
                return APR_SUCCESS
            }, apr_pool_cleanup_null)
    }
}

/// The socket of a connection, for shutting it down while the connection is known to be open.
struct ConnectionEnds: Sendable {
    private let descriptor: Int32

    fileprivate init?(_ descriptor: Int32) {
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
    }

    func shutDown() { msw_shut_down(descriptor) }
}

// SAFETY: the address lives as long as the record it was read from, and is copied.
/// httpd stores the text of each address beside it: converting it with APR would allocate memory
/// from the connection's pool each time.
@safe func socketAddress(
    _ address: UnsafeMutablePointer<apr_sockaddr_t>?, _ ip: String?
) -> SocketAddress? {
    guard let address = unsafe address, let ip else { return nil }
    let isIP = unsafe address.pointee.family != AF_UNIX
    return SocketAddress(ip: ip, port: isIP ? Int(unsafe address.pointee.port) : nil)
}
