// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// Password hashes, in the formats of htpasswd.
enum PasswordHash {
    /// The maximum length of a password. The time of APR's MD5 grows with the length: 3 seconds for
    /// a megabyte, which any client can send.
    private static let longestPassword = 4096

    /// Whether a hash is that of a password.
    static func isHash(_ hash: String, of password: String) -> Bool {
        // In C, both would end at the first NUL.
        guard password.utf8.count <= longestPassword, !password.utf8.contains(0),
            !hash.utf8.contains(0), !hash.isEmpty
        else { return false }
        // SAFETY: both are borrowed for the call, which keeps nothing and uses a lock where crypt
        // requires it.
        return unsafe apr_password_validate(password, hash) == APR_SUCCESS
    }
}
