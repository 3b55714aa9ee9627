// SPDX-License-Identifier: Apache-2.0

/// Keys for signing and encrypting, the current one first.
///
/// Those of the server come from the file that `SwiftSecretFile` names, and are used where none are given.
/// New values are signed with the first key; those of the others are accepted, too, so that a key can be
/// replaced without losing what is on its way: put the new one in front, and take the old one away when what it
/// has signed may be forgotten.
///
/// ```swift
/// private let keys = SecretKeys(newSecret, oldSecret)
/// ```
///
/// Corresponds to the argument `secret` of mod_python's cookies.
public struct SecretKeys: Hashable, Sendable {
    let keys: [[UInt8]]

    /// Keys from texts. Take random ones of 32 characters and more: who can guess one can sign.
    ///
    /// - Parameters:
    ///   - current: The key for what is new; not empty.
    ///   - previous: Keys for what is there already; none of them empty.
    public init(_ current: String, _ previous: String...) {
        self.init(keys: ([current] + previous).map { Array($0.utf8) })
    }

    init(keys: [[UInt8]]) {
        if keys.contains(where: \.isEmpty) { stop("A secret key must not be empty") }
        self.keys = keys
    }
}
