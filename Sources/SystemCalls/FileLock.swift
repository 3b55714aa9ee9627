// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// An exclusive lock on a file, among all processes of the machine, held until the value is
/// destroyed.
///
/// Only the holder of the lock may remove the file (``removeFile()``): a lock on a file that is no
/// longer at its path would exclude no other process.
package struct FileLock: ~Copyable {
    private let file: Int32
    private let path: String

    /// Tries to take the lock; nil if another process or thread holds it.
    ///
    /// The file is created if it is missing.
    package init?(_ path: String) throws {
        self.path = path
        while true {
            // SAFETY: the path is borrowed for the call.
            let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard file >= 0 else { throw SystemError("open", path) }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                let code = errno
                close(file)
                guard code == EWOULDBLOCK else { throw SystemError("flock", path, code: code) }
                return nil
            }
            if Self.isSame(file, path) {
                self.file = file
                return
            }
            // Between open and flock its last holder has removed the file: there is another file
            // now, or none.
            close(file)
        }
    }

    /// Removes the lock's file while the lock is held.
    package consuming func removeFile() { FileSystem.remove(path) }

    private static func isSame(_ file: Int32, _ path: String) -> Bool {
        var held = stat()
        var named = stat()
        // SAFETY: both calls fill in a local variable.
        guard unsafe fstat(file, &held) == 0, unsafe lstat(path, &named) == 0 else { return false }
        return held.st_dev == named.st_dev && held.st_ino == named.st_ino
    }

    deinit { close(file) }
}
