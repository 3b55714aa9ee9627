// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Which processes can still accept connections on a port.
enum ListeningSocket {
    /// - Returns: Whether a process has the listening socket open; `nil` when /proc does not say.
    ///   One that is gone has not.
    static func isHeld(port: Int, by pid: pid_t) -> Bool? {
        guard let inodes = listeners(port: port) else { return nil }
        let folder = "/proc/\(pid)/fd"
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            return ProcessTable.fields(of: pid).map { $0.first != "Z" } == true ? nil : false
        }
        let targets = names.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
        }
        return targets.contains { target in inodes.contains { target == "socket:[\($0)]" } }
    }

    /// /proc/net/tcp: "sl local_address rem_address st … inode …", numbers in hexadecimal.
    private static func listeners(port: Int) -> [Substring]? {
        guard let bytes = File.read("/proc/net/tcp") else { return nil }
        let suffix = ":" + String(port, radix: 16, uppercase: true).leftPadded(to: 4)
        let listening = "0A"
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[1].hasSuffix(suffix), fields[3] == listening else {
                return nil
            }
            return fields[9]
        }
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: "0", count: max(0, width - count)) + self
    }
}
