// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A client connection.
package enum ClientSocket {
    /// Sends bytes and reads until the other side closes the connection.
    ///
    /// - Parameters:
    ///   - host: An IPv4 address in numeric form.
    ///   - seconds: The maximum time for each step.
    /// - Throws: ``SystemError``.
    package static func exchange(
        _ bytes: [UInt8], with host: String, _ port: Int, seconds: Int
    ) throws -> [UInt8] {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let file = socket(AF_INET, kind, 0)
        guard file >= 0 else { throw SystemError("socket", host) }
        defer { close(file) }
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        // SAFETY: the option is borrowed for each call.
        unsafe setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        unsafe setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &time, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(clamping: port).bigEndian
        guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            throw SystemError("connect", host, code: EINVAL)
        }
        // SAFETY: the address is borrowed for the call; see LocalPort for the cast.
        let result = unsafe withUnsafePointer(to: address) {
            unsafe connect(file, cast($0), socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        guard result == 0 else { throw SystemError("connect", "\(host):\(port)") }
        // SAFETY: send(2) reads the bytes, borrowed for the call.
        let sent = unsafe bytes.withUnsafeBytes {
            unsafe send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == bytes.count else { throw SystemError("send", "\(host):\(port)") }
        return try FileSystem.read(file, "\(host):\(port)", expecting: 4096, limit: 16 << 20)
    }

    // SAFETY: as in LocalPort.
    private static func cast<Argument>(_ pointer: UnsafePointer<sockaddr_in>) -> Argument {
        unsafe unsafeBitCast(pointer, to: Argument.self)
    }
}
