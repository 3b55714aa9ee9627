// SPDX-License-Identifier: Apache-2.0

/// Keys for signing and encrypting, the current one first.
///
/// The server's keys come from the file that `SwiftSecretFile` names, and are used if no keys are
/// passed. New values are signed with the first key; signatures of the other keys are also
/// accepted, so that a key can be replaced without invalidating existing cookies: add the new key
/// at the beginning, and remove the old key when the cookies signed with it may become invalid.
///
/// ```swift
/// private let keys = SecretKeys(newSecret, oldSecret)
/// ```
///
/// Corresponds to the argument `secret` of mod_python's cookies.
public struct SecretKeys: Hashable, Sendable {
    let keys: [[UInt8]]

    /// Creates keys from texts. Use random texts of at least 32 characters: a client that guesses a
    /// key can sign cookies.
    ///
    /// - Parameters:
    ///   - current: The key for new values; not empty.
    ///   - previous: Keys for existing values; none of them empty.
    public init(_ current: String, _ previous: String...) {
        self.init(keys: ([current] + previous).map { Array($0.utf8) })
    }

    init(keys: [[UInt8]]) {
        if keys.contains(where: \.isEmpty) { stop("A secret key must not be empty") }
        self.keys = keys
    }
}
