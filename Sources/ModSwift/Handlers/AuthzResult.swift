// SPDX-License-Identifier: Apache-2.0

/// The result of a function named by `SwiftAuthzProvider` or `Require swift` for a request.
///
/// There is no result for "something went wrong": throw an error. The request then ends as 500,
/// whatever the results of other `Require` lines.
///
/// ```swift
/// func members(_ req: Request, arguments: String) throws -> AuthzResult {
///     guard let user = req.user else { return .deniedWithoutUser }
///     return groups[arguments]?.contains(user) == true ? .granted : .denied
/// }
/// ```
///
/// Corresponds to `authz_status` of httpd; mod_python has no equivalent.
public struct AuthzResult: Hashable, Sendable {
    private enum Kind { case granted, denied, deniedWithoutUser, neutral }
    private let kind: Kind

    /// This line grants access. `AUTHZ_GRANTED`.
    public static let granted = AuthzResult(kind: .granted)
    /// Access is denied, for any user. `AUTHZ_DENIED`.
    public static let denied = AuthzResult(kind: .denied)
    /// Access is denied until a user has logged in: httpd authenticates the user, and calls the
    /// function again. `AUTHZ_DENIED_NO_USER`.
    public static let deniedWithoutUser = AuthzResult(kind: .deniedWithoutUser)
    /// This line neither grants nor denies access: the other lines decide; if there are none,
    /// access is denied. `AUTHZ_NEUTRAL`.
    public static let neutral = AuthzResult(kind: .neutral)
}
