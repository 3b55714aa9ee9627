// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// Users, by number and by name.
package enum ProcessUser {
    /// The effective user of this process.
    package static var current: uid_t { geteuid() }

    /// Returns the name of a user; nil if the system does not know the user.
    package static func name(of user: uid_t) -> String? {
        // SAFETY: the entry belongs to the C library; its name is copied before the next call.
        guard let entry = unsafe getpwuid(user), let name = unsafe entry.pointee.pw_name else {
            return nil
        }
        return unsafe String(cString: name)
    }

    /// Returns the ids of a user and its group; nil if the system does not know the user.
    package static func identity(of name: String) -> (user: uid_t, group: gid_t)? {
        // SAFETY: the entry belongs to the C library; its numbers are copied.
        guard let entry = unsafe getpwnam(name) else { return nil }
        return unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
    }

    /// Permanently drops the rights of root and continues as another user.
    ///
    /// - Throws: ``SystemError``; the process must then end, and not continue.
    package static func become(_ user: uid_t, _ group: gid_t) throws(SystemError) {
        guard setgroups(0, nil) == 0, setresgid(group, group, group) == 0,
            setresuid(user, user, user) == 0
        else { throw SystemError("change to user", "\(user)") }
    }
}
