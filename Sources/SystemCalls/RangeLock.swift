// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// An exclusive lock on one byte of a file, among all processes and threads of the machine.
///
/// The byte need not exist: its offset identifies the locked object. The lock belongs to a separate
/// open file, so any thread may release it, and the kernel does so when the process ends.
package final class RangeLock: Sendable {
    private let file: Int32

    private init(file: Int32) { self.file = file }

    /// Releases the lock.
    deinit { close(file) }

    /// Takes the lock, or tries to.
    ///
    /// - Parameters:
    ///   - path: The file, which is created if it is missing.
    ///   - offset: The offset of the byte.
    ///   - pause: Returns the time until the next attempt, in microseconds, if another owner has
    ///     the lock; nil ends the attempts.
    /// - Returns: Nil if the attempts have ended without success.
    package static func take(
        _ path: String, at offset: Int64, pausing pause: () -> UInt32?
    ) throws(SystemError) -> RangeLock? {
        let file = unsafe path.withCString {
            unsafe open($0, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        }
        guard file >= 0 else { throw SystemError("open", path) }
        let lock = RangeLock(file: file)
        var range = Glibc.flock()
        range.l_type = Int16(F_WRLCK)
        range.l_whence = Int16(SEEK_SET)
        range.l_start = off_t(offset)
        range.l_len = 1
        // SAFETY: fcntl reads the structure.
        while unsafe fcntl(file, openFileSetLock, &range) != 0 {
            guard errno == EAGAIN || errno == EACCES else { throw SystemError("lock", path) }
            guard let pause = pause() else { return nil }
            usleep(pause)
        }
        return lock
    }

    /// F_OFD_SETLK, which glibc's headers declare only with _GNU_SOURCE.
    private static let openFileSetLock: Int32 = 37
}
