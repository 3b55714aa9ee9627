// SPDX-License-Identifier: Apache-2.0

/// What a function named by `SwiftAuthnProvider` says of a user and a password.
///
/// There is no result for "something went wrong": throw an error. The request then ends as 500,
/// whatever other providers would have said.
///
/// ```swift
/// func check(_ req: Request, user: String, password: String) throws -> AuthnResult {
///     guard let known = passwords[user] else { return .userNotFound }
///     return known == password ? .granted : .denied
/// }
/// ```
///
/// Corresponds to `authn_status` of httpd; mod_python has nothing like it.
public struct AuthnResult: Hashable, Sendable {
    private enum Kind { case granted, denied, userNotFound }
    private let kind: Kind

    /// The password is that of the user. `AUTH_GRANTED`.
    public static let granted = AuthnResult(kind: .granted)
    /// The user is known, and this is not the password: 401, and no other provider is asked.
    /// `AUTH_DENIED`.
    public static let denied = AuthnResult(kind: .denied)
    /// The user is unknown: the next provider of the list is asked; 401 where there is none.
    /// `AUTH_USER_NOT_FOUND`.
    public static let userNotFound = AuthnResult(kind: .userNotFound)
}
