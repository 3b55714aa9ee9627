// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Ports on 127.0.0.1.
package enum LocalPort {
    /// Whether a process accepts connections on a port.
    package static func isTaken(_ port: Int) -> Bool {
        unsafe withSocket(port) { unsafe connect($0, cast($1), $2) }
    }

    /// Whether a server could listen on a port.
    package static func isFree(_ port: Int) -> Bool {
        unsafe withSocket(port) { unsafe bind($0, cast($1), $2) }
    }

    /// - Parameter call: Called with a new socket and the port's address; returns 0 for success.
    private static func withSocket(
        _ port: Int, _ call: (Int32, UnsafePointer<sockaddr_in>, socklen_t) -> Int32
    ) -> Bool {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var on: Int32 = 1
        // SAFETY: the option and the address are borrowed for each call.
        unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return unsafe withUnsafePointer(to: address) {
            unsafe call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        } == 0
    }

    // SAFETY: both types are one pointer. If the C flags of the build define _GNU_SOURCE (httpd's
    // do), the calls take glibc's union of pointers instead of a pointer to sockaddr.
    private static func cast<Argument>(_ pointer: UnsafePointer<sockaddr_in>) -> Argument {
        unsafe unsafeBitCast(pointer, to: Argument.self)
    }
}
