// SPDX-License-Identifier: Apache-2.0

/// What a function named by `SwiftAuthzProvider` or `Require swift` says of a request.
///
/// There is no result for "something went wrong": throw an error. The request then ends as 500,
/// whatever other `Require` lines would have said.
///
/// ```swift
/// func members(_ req: Request, arguments: String) throws -> AuthzResult {
///     guard let user = req.user else { return .deniedWithoutUser }
///     return groups[arguments]?.contains(user) == true ? .granted : .denied
/// }
/// ```
///
/// Corresponds to `authz_status` of httpd; mod_python has nothing like it.
public struct AuthzResult: Hashable, Sendable {
    private enum Kind { case granted, denied, deniedWithoutUser, neutral }
    private let kind: Kind

    /// As far as this line is concerned, come in. `AUTHZ_GRANTED`.
    public static let granted = AuthzResult(kind: .granted)
    /// No, for any user. `AUTHZ_DENIED`.
    public static let denied = AuthzResult(kind: .denied)
    /// No, until a user has logged in: httpd authenticates the user, and asks again.
    /// `AUTHZ_DENIED_NO_USER`.
    public static let deniedWithoutUser = AuthzResult(kind: .deniedWithoutUser)
    /// Neither yes nor no: the other lines decide, and where there is none, it is no.
    /// `AUTHZ_NEUTRAL`.
    public static let neutral = AuthzResult(kind: .neutral)
}
