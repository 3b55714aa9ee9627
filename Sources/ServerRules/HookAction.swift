// SPDX-License-Identifier: Apache-2.0

/// What a hook of httpd's does about the result of its handlers.
package enum HookAction: Equatable {
    /// Returns a number that httpd understands.
    case returnsNumber(Int32)
    /// Ends the request with an HTTP status. A success is the response that a handler has written;
    /// the hook returns `success` then.
    ///
    /// - isChallenge: The client is to be asked for a password.
    case responds(Int, success: Int32, isChallenge: Bool = false)
    /// Fails: the file is a source that no handler has answered for.
    case refusesSource
    /// Fails: a handler said that the user was authenticated, and named none.
    case missesUser
}

/// The hook of a phase, with what its rule depends on.
package enum HookRule: Equatable {
    case content(isSource: Bool)
    case quick
    case log
    case access
    case authen(hasUser: Bool, isAuthoritative: Bool)
    case authz
    /// Every other hook before content.
    case early

    private static let ok: Int32 = 0
    private static let declined: Int32 = -1
    private static let done: Int32 = -2

    /// What the hook does.
    ///
    /// - Parameter status: As handlers give it: 0 (ok), -1 (declined), -2 (done), or an HTTP status.
    package func action(for status: Int) -> HookAction {
        switch (self, status) {
        // Any other would keep other modules from writing their logs.
        case (.log, _): .returnsNumber(Self.ok)
        // A source must not be served where no handler answers.
        case (.content(isSource: true), -1): .refusesSource
        case (.authen(hasUser: false, _), 0): .missesUser
        case (.authen(_, isAuthoritative: false), 401): .returnsNumber(Self.declined)
        // httpd asks one module only; the Require lines are the last of them, and to be heard
        // (docs/decisions/0022).
        case (.authz, 0): .returnsNumber(Self.declined)
        case (_, ..<200): .returnsNumber(Int32(status))
        // httpd goes on with nothing else.
        case (.content, _), (.quick, _): .responds(status, success: Self.ok)
        case (.access, 401), (.authen, 401), (.authz, 401):
            .responds(status, success: Self.done, isChallenge: true)
        // A success before content is a response: no other module is to add to it.
        default: .responds(status, success: Self.done)
        }
    }

    /// Whether httpd goes on to what comes next, by what a hook has returned.
    package static func continues(_ result: Int32) -> Bool { result == ok || result == declined }
}

/// Whether a file is a source that must not be served.
package func isSource(_ path: String) -> Bool {
    path.hasSuffix(".swift") || path.hasSuffix(".psp_")
}
