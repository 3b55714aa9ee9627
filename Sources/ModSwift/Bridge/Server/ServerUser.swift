// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// The user of this server's children.
enum ServerUser {
    /// The process id of this process.
    static var process: pid_t { getpid() }

    /// User and group in the configuration; only a parent that runs as root can change to them.
    static var configured: (user: uid_t, group: gid_t)? {
        geteuid() == 0 ? (msw_server_user(), msw_server_group()) : nil
    }
}
