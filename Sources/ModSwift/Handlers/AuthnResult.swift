// SPDX-License-Identifier: Apache-2.0

/// The result of a function named by `SwiftAuthnProvider` for a user and a password.
///
/// There is no result for "something went wrong": throw an error. The request then ends as 500,
/// whatever the results of other providers.
///
/// ```swift
/// func check(_ req: Request, user: String, password: String) throws -> AuthnResult {
///     guard let known = passwords[user] else { return .userNotFound }
///     return known == password ? .granted : .denied
/// }
/// ```
///
/// Corresponds to `authn_status` of httpd; mod_python has no equivalent.
public struct AuthnResult: Hashable, Sendable {
    private enum Kind { case granted, denied, userNotFound }
    private let kind: Kind

    /// The password is correct for the user. `AUTH_GRANTED`.
    public static let granted = AuthnResult(kind: .granted)
    /// The user exists, but the password is wrong: 401, and no other provider is called.
    /// `AUTH_DENIED`.
    public static let denied = AuthnResult(kind: .denied)
    /// The user is unknown: the next provider of the list is called; 401 if there is none.
    /// `AUTH_USER_NOT_FOUND`.
    public static let userNotFound = AuthnResult(kind: .userNotFound)
}
