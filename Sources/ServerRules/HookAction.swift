// SPDX-License-Identifier: Apache-2.0

/// The action of an httpd hook for the result of its handlers.
package enum HookAction: Equatable {
    /// Returns one of httpd's hook results.
    case returnsNumber(Int32)
    /// Ends the request with an HTTP status. A success is the response that a handler has written;
    /// the hook returns `success` then.
    ///
    /// - isChallenge: Whether the client is asked for a password.
    case responds(Int, success: Int32, isChallenge: Bool = false)
    /// Leaves the request to other modules, and discards the output so far.
    case declines
    /// Fails: the response has begun, and another module would append its own.
    case endsTooLate
    /// Fails: the file is a source for which no handler has responded.
    case refusesSource
    /// Fails: a handler reported that the user was authenticated, but set no user.
    case missesUser
    /// Returns that the user is authenticated, and records the method.
    case acceptsUser
}

/// The hook of a phase, with the conditions that its rule depends on.
package enum HookRule: Equatable {
    /// - hasBegun: Whether output of a handler has already been sent to the client.
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

    /// Returns the action of the hook.
    ///
    /// - Parameter status: The handlers' result: 0 (ok), -1 (declined), -2 (done), or an HTTP
    ///   status.
    package func action(for status: Int) -> HookAction {
        switch (self, status) {
        // Any other result would prevent other modules from writing their logs.
        case (.log, _): .returnsNumber(Self.ok)
        case (.content(_, hasBegun: true), -1): .endsTooLate
        // A source must not be served if no handler responds.
        case (.content(isSource: true, _), -1): .refusesSource
        case (.content, -1): .declines
        case (.authen(hasUser: false, _), 0): .missesUser
        case (.authen, 0): .acceptsUser
        case (.authen(_, isAuthoritative: false), 401): .returnsNumber(Self.declined)
        // httpd calls modules until one decides; the Require lines come last, and must be evaluated
        // (docs/decisions/0022).
        case (.authz, 0): .returnsNumber(Self.declined)
        case (_, ..<200): .returnsNumber(Int32(status))
        // httpd runs no further handler.
        case (.content, _), (.quick, _): .responds(status, success: Self.ok)
        case (.access, 401), (.authen, 401), (.authz, 401):
            .responds(status, success: Self.done, isChallenge: true)
        // A success before content is a response: no other module may add to it.
        default: .responds(status, success: Self.done)
        }
    }

    /// Returns the result of a hook after the response is complete, as after an internal redirect:
    /// httpd must not continue with anything that would send another response.
    ///
    /// - Parameters:
    ///   - status: The handlers' result, or a number of httpd's own, such as AP_FILTER_ERROR.
    ///   - isLast: Whether it is the log phase, or a later one.
    ///   - isComplete: Whether the response was not cut off.
    /// - Returns: `isMistake` is true if the handler tried to respond again.
    package static func afterEnd(
        _ status: Int, isLast: Bool, isComplete: Bool
    ) -> (result: Int32, isMistake: Bool) {
        switch status {
        case _ where isLast: (ok, false)
        case Int(ok), Int(done): (done, false)
        // httpd has responded itself, and its own number is passed on.
        case ..<Int(done): (Int32(status), false)
        default: (done, isComplete)
        }
    }

    /// Whether the response to an error lists the methods that the resource allows.
    package static func namesMethods(_ status: Int) -> Bool { status == 405 || status == 501 }

    /// Whether httpd continues after a hook's result.
    package static func continues(_ result: Int32) -> Bool { result == ok || result == declined }
}

/// Whether a file is a source that must not be served.
package func isSource(_ path: String) -> Bool {
    path.hasSuffix(".swift") || path.hasSuffix(".psp_")
}
