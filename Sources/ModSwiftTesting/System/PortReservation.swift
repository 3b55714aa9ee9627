// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A free port on 127.0.0.1 that the kernel assigns to no other process.
///
/// A socket is bound to it and never listens. With SO_REUSEADDR on both sides httpd can still
/// listen on the port, while neither `bind` to port 0 nor an outgoing connection gets it.
package final class PortReservation: Sendable {
    package let port: Int
    private let descriptor: Mutex<CInt?>

    package init() throws {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else {
            throw HTTPDError(.setup, "no socket: \(SystemError.lastText)")
        }
        self.descriptor = Mutex(descriptor)
        var on: CInt = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        var address = LocalAddress(port: 0)
        guard address.bind(descriptor), address.readName(of: descriptor) else {
            let reason = SystemError.lastText
            close(descriptor)
            throw HTTPDError(.setup, "no free port: \(reason)")
        }
        port = address.port
    }

    deinit { release() }

    package func release() {
        let held = descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
        if let held { close(held) }
    }
}
