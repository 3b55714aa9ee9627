// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// Hashes of passwords, as htpasswd writes them.
enum PasswordHash {
    /// Whether a password has a hash.
    static func isHash(_ hash: String, of password: String) -> Bool {
        // C ends both at the first NUL.
        guard !password.utf8.contains(0), !hash.utf8.contains(0), !hash.isEmpty else {
            return false
        }
        // SAFETY: both are borrowed for the call, which keeps nothing and locks where crypt needs it.
        return unsafe apr_password_validate(password, hash) == APR_SUCCESS
    }
}
