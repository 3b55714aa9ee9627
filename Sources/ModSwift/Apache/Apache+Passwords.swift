// SPDX-License-Identifier: Apache-2.0

extension Apache {
    /// Whether a password has a hash such as htpasswd writes: bcrypt, APR's MD5, SHA-1, or what the system's
    /// crypt knows.
    ///
    /// ```swift
    /// guard Apache.validatePassword(password, hash: "$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC") else {
    ///     throw Status.unauthorized
    /// }
    /// ```
    ///
    /// It takes its time, and the thread waits for it: that of bcrypt doubles with each step of `htpasswd -C`,
    /// from a millisecond on. Each request that a client can cause ties up a worker for as long: limit their
    /// number (see ``Request/connection``), and check whether there is such a user at all in the same way,
    /// with a dummy hash. bcrypt uses only the first 72 bytes.
    ///
    /// - Parameters:
    ///   - password: In UTF-8. One with NUL has no hash.
    ///   - hash: What stands behind the colon in a line of htpasswd's file.
    ///
    /// Corresponds to `apr_password_validate`.
    public static func validatePassword(_ password: String, hash: String) -> Bool {
        PasswordHash.isHash(hash, of: password)
    }
}
