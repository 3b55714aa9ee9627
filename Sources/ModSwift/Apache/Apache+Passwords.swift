// SPDX-License-Identifier: Apache-2.0

extension Apache {
    /// Whether a password matches a hash such as htpasswd writes: bcrypt, APR's MD5, SHA-1, or a
    /// format of the system's crypt.
    ///
    /// ```swift
    /// guard Apache.validatePassword(password, hash: "$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC") else {
    ///     throw Status.unauthorized
    /// }
    /// ```
    ///
    /// The check is slow by design, and the thread waits for it: the time of bcrypt starts at about
    /// a millisecond and doubles with each step of `htpasswd -C`. Each request that a client can
    /// cause occupies a worker for that time: limit their number (see ``Request/connection``), and
    /// check a dummy hash if there is no such user, so that both cases take the same time. bcrypt
    /// uses only the first 72 bytes.
    ///
    /// - Parameters:
    ///   - password: In UTF-8. A password that contains NUL, or is longer than 4,096 bytes, matches no hash.
    ///   - hash: The part after the colon in a line of htpasswd's file.
    ///
    /// Corresponds to `apr_password_validate`.
    public static func validatePassword(_ password: String, hash: String) -> Bool {
        PasswordHash.isHash(hash, of: password)
    }
}
