// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// The user a child of this server runs as.
enum ServerUser {
    /// This process.
    static var process: pid_t { getpid() }

    /// User and group of the configuration; only a parent that runs as root can change to it.
    static var configured: (user: uid_t, group: gid_t)? {
        geteuid() == 0 ? (msw_server_user(), msw_server_group()) : nil
    }
}
