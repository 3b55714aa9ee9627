// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The sockets of a server's port, and the processes that have them open.
enum ListeningSocket {
    /// - Parameter inodes: What ``listeners(port:)`` returned.
    /// - Returns: Whether a process has a listening socket open; `nil` if /proc does not show that.
    ///   False for a process that has ended.
    static func isHeld(_ inodes: [Substring]?, by pid: pid_t) -> Bool? {
        guard let inodes else { return nil }
        let folder = "/proc/\(pid)/fd"
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            return ProcessTable.fields(of: pid).map { $0.first != "Z" } == true ? nil : false
        }
        let targets = names.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
        }
        return targets.contains { target in inodes.contains { target == "socket:[\($0)]" } }
    }

    /// - Returns: Whether a process still has a connection to the port open on the server's side;
    ///   `nil` if /proc does not show that.
    static func hasConnections(port: Int) -> Bool? {
        sockets(port: port)?.contains { $0.state != listening && $0.inode != "0" }
    }

    /// - Returns: The inodes of the sockets that listen on a port; `nil` if /proc does not show them.
    static func listeners(port: Int) -> [Substring]? {
        sockets(port: port)?.filter { $0.state == listening }.map(\.inode)
    }

    private static let listening = "0A"

    /// Reads /proc/net/tcp: "sl local_address rem_address st … inode …", numbers in hexadecimal.
    ///
    /// It may have thousands of lines for connections that ended long ago.
    private static func sockets(port: Int) -> [(state: Substring, inode: Substring)]? {
        guard let bytes = File.read("/proc/net/tcp") else { return nil }
        let suffix = Array((":" + String(port, radix: 16, uppercase: true).leftPadded(to: 4)).utf8)
        var sockets: [(state: Substring, inode: Substring)] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            // "  12: 0100007F:1F90 …"
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                line[(colon + 2)...].dropFirst(8).starts(with: suffix)
            else { continue }
            let fields = String(decoding: line, as: UTF8.self).split(separator: " ")
            if fields.count > 9 { sockets.append((fields[3], fields[9])) }
        }
        return sockets
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: "0", count: max(0, width - count)) + self
    }
}
