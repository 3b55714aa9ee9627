// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// An exclusive lock on a file, among all processes of the machine, held until the value ends.
package struct FileLock: ~Copyable {
    private let file: Int32

    /// Tries to take the lock; nil when another process or thread holds it.
    package init?(_ path: String) throws {
        // SAFETY: the path is borrowed for the call.
        file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemError("open", path) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(file)
            guard code == EWOULDBLOCK else { throw SystemError("flock", path, code: code) }
            return nil
        }
    }

    deinit { close(file) }
}
