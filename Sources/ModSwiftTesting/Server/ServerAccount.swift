// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The user of the children of a server that root has started.
struct ServerAccount: Sendable {
    let name: String
    let user: uid_t
    let group: gid_t

    /// Returns the account for the children; `nil` if they run as the current user, who is not
    /// root.
    static func forChildren(named name: String?) -> ServerAccount? {
        guard geteuid() == 0 else { return nil }
        let names = name.map { [$0] } ?? ["www-data", "apache", "_www", "nobody"]
        return names.lazy.compactMap(lookUp).first
    }

    private static func lookUp(_ name: String) -> ServerAccount? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var text = [CChar](repeating: 0, count: 4096)
        guard getpwnam_r(name, &entry, &text, text.count, &found) == 0, found != nil else {
            return nil
        }
        return ServerAccount(name: name, user: entry.pw_uid, group: entry.pw_gid)
    }
}
