// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// Users, by number and by name.
package enum ProcessUser {
    /// Whom this process acts as.
    package static var current: uid_t { geteuid() }

    /// The name of a user; nil when the system knows none.
    package static func name(of user: uid_t) -> String? {
        // SAFETY: the entry belongs to the C library; its name is copied before the next call.
        guard let entry = unsafe getpwuid(user), let name = unsafe entry.pointee.pw_name else {
            return nil
        }
        return unsafe String(cString: name)
    }

    /// The numbers of a user and its group; nil when the system knows no such user.
    package static func identity(of name: String) -> (user: uid_t, group: gid_t)? {
        // SAFETY: the entry belongs to the C library; its numbers are copied.
        guard let entry = unsafe getpwnam(name) else { return nil }
        return unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
    }

    /// Gives up the rights of root for good and goes on as somebody else.
    ///
    /// - Throws: ``SystemError``; the process is then to end, not to go on.
    package static func become(_ user: uid_t, _ group: gid_t) throws(SystemError) {
        guard setgroups(0, nil) == 0, setresgid(group, group, group) == 0,
            setresuid(user, user, user) == 0
        else { throw SystemError("change to user", "\(user)") }
    }
}
