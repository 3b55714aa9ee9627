// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A mount namespace for the server in which the toolchain's directory is empty.
enum HiddenToolchain {
    /// The toolchain's root, if it has a directory of its own.
    static var directory: String { get throws { try SourceTree.configured("TOOLCHAIN") } }

    static var launcher: [String] {
        get throws {
            let script = "mount -t tmpfs tmpfs \"$0\" && exec \"$@\""
            return ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, try directory]
        }
    }

    static var isPossible: Bool {
        get throws {
            guard geteuid() == 0, try directory != "/usr" else { return false }
            return (try? Shell.run(launcher + ["true"])) != nil
        }
    }
}
