// SPDX-License-Identifier: Apache-2.0

/// One end of a connection.
///
/// Corresponds to the tuples of mod_python's `conn.remote_addr`; to `apr_sockaddr_t`.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// The IP address as text, as in "127.0.0.1" or "::1"; the path of a Unix socket.
    public let ip: String
    /// The port; nil for a Unix socket.
    public let port: Int?

    /// As in "127.0.0.1:80" and "[::1]:80".
    public var description: String {
        guard let port else { return ip }
        return ip.utf8.contains(UInt8(ascii: ":")) ? "[\(ip)]:\(port)" : "\(ip):\(port)"
    }
}
