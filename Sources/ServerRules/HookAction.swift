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
    /// Leaves the request to other modules, without what was written so far.
    case declines
    /// Fails: the response has begun, and another module would add its own.
    case endsTooLate
    /// Fails: the file is a source that no handler has answered for.
    case refusesSource
    /// Fails: a handler said that the user was authenticated, and named none.
    case missesUser
    /// Returns that the user is authenticated, and notes by what.
    case acceptsUser
}

/// The hook of a phase, with what its rule depends on.
package enum HookRule: Equatable {
    /// - hasBegun: Something that a handler has written is on its way to the client.
    case content(isSource: Bool, hasBegun: Bool)
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
        case (.content(_, hasBegun: true), -1): .endsTooLate
        // A source must not be served where no handler answers.
        case (.content(isSource: true, _), -1): .refusesSource
        case (.content, -1): .declines
        case (.authen(hasUser: false, _), 0): .missesUser
        case (.authen, 0): .acceptsUser
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

    /// What a hook returns when the response is over, as after an internal redirect: httpd must not go
    /// on to what would send another.
    ///
    /// - Parameters:
    ///   - status: As handlers give it, or a number of httpd's own, such as AP_FILTER_ERROR.
    ///   - isLast: It is the log phase, or comes after it.
    ///   - isComplete: The response was not cut off.
    /// - Returns: `isMistake` says that the handler meant to respond once more.
    package static func afterEnd(
        _ status: Int, isLast: Bool, isComplete: Bool
    ) -> (result: Int32, isMistake: Bool) {
        switch status {
        case _ where isLast: (ok, false)
        case Int(ok), Int(done): (done, false)
        // httpd has responded itself, and knows its own number.
        case ..<Int(done): (Int32(status), false)
        default: (done, isComplete)
        }
    }

    /// Whether the response to an error says which methods the resource allows.
    package static func namesMethods(_ status: Int) -> Bool { status == 405 || status == 501 }

    /// Whether httpd goes on to what comes next, by what a hook has returned.
    package static func continues(_ result: Int32) -> Bool { result == ok || result == declined }
}

/// Whether a file is a source that must not be served.
package func isSource(_ path: String) -> Bool {
    path.hasSuffix(".swift") || path.hasSuffix(".psp_")
}
