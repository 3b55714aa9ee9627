// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: reached through a live request, whose connection outlives it.
/// A `conn_rec`, alive.
@safe struct ConnectionRecord {
    let pointer: UnsafeMutablePointer<conn_rec>

    init?(_ pointer: UnsafeMutablePointer<conn_rec>?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    var isAborted: Bool { unsafe msw_connection_aborted(pointer) != 0 }
    var clientIP: String? { text(unsafe pointer.pointee.client_ip) }
    var localIP: String? { text(unsafe pointer.pointee.local_ip) }
    var clientPort: Int? { unsafe pointer.pointee.client_addr.map { Int(unsafe $0.pointee.port) } }
    var localPort: Int? { unsafe pointer.pointee.local_addr.map { Int(unsafe $0.pointee.port) } }
    var keepalives: Int { Int(unsafe pointer.pointee.keepalives) }
    var id: Int { unsafe pointer.pointee.id }
    var notes: TableSlot? {
        let offset = unsafe MemoryLayout<conn_rec>.offset(of: \.notes) ?? 0
        let address = unsafe UnsafeMutableRawPointer(pointer) + offset
        return unsafe TableSlot(address.assumingMemoryBound(to: OpaquePointer?.self))
    }
    var baseServer: ServerRecord? { unsafe ServerRecord(pointer.pointee.base_server) }
}
