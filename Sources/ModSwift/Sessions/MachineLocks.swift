// SPDX-License-Identifier: Apache-2.0

internal import SessionCoding
internal import SystemCalls

/// The locks of this machine: bytes of one file in the state directory
/// (docs/decisions/0037-session-locks.md).
enum MachineLocks {
    /// Takes the lock of a store's key; nil if another owner still has it after the timeout.
    ///
    /// - Parameter timeout: The timeout in seconds.
    static func take(_ key: String, timeout: Double) throws -> StoreLock? {
        let offset = StoreKey.lockOffset(ofKey: key) ?? KeyDigest.of("", key).lockOffset
        var wait = LockWait()
        var deadline: MonotonicTime?
        let lock = try StateDirectory.withLockFile { path in
            Result { () throws(SystemError) in
                try RangeLock.take(path, at: offset) {
                    guard timeout > 0 else { return nil }
                    let now = MonotonicTime.now
                    let end = deadline ?? now.advanced(bySeconds: timeout)
                    deadline = end
                    return wait.next(
                        left: (end.nanoseconds - now.nanoseconds) / 1000,
                        random: UInt32.random(in: 0...UInt32.max))
                }
            }
        }
        return lock.map { StoreLock($0) }
    }
}
