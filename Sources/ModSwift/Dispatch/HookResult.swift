// SPDX-License-Identifier: Apache-2.0
//
// The results that hooks return to httpd when a phase has ended.

internal import ServerRules

/// Converts the result of a phase's handlers to the result of the phase's hook.
enum HookResult {
    /// Returns the result of a hook.
    @inline(__always)
    static func result(of status: Status, _ phase: Phase, _ request: Request) -> Int32 {
        status == .ok && phase == .content ? 0 : decided(status, phase, request)
    }

    @inline(never)
    private static func decided(_ status: Status, _ phase: Phase, _ request: Request) -> Int32 {
        let record = request.live
        if record.hasSentEnd { return afterEnd(status, phase, request) }
        switch HookRule(phase, request).action(for: status.rawValue) {
        case .returnsNumber(let number): return number
        case .declines:
            record.discardBuffered()
            return request.respondToOptions() ? 0 : -1
        case .endsTooLate: return tooLate(status, phase, request)
        case .refusesSource:
            record.discardBuffered()
            return refuseSource(request)
        case .missesUser:
            return perform(.early, report(.noUser, request, phase), request)
        case .acceptsUser:
            record.nameAuthentication()
            return 0
        case .responds(let code, let success, let isChallenge):
            if isChallenge { record.refuseCredentials(phase) }
            return respond(with: code, success, request)
        }
    }

    private static func afterEnd(_ status: Status, _ phase: Phase, _ request: Request) -> Int32 {
        let end = HookRule.afterEnd(
            status.rawValue, isLast: phase == .log || phase == .cleanup,
            isComplete: request.live.response == .complete)
        if end.isMistake { _ = report(.afterEnd(status), request, phase) }
        return end.result
    }

    static func refuseSource(_ request: Request) -> Int32 {
        perform(
            .content(isSource: false, hasBegun: false),
            report(.sourceRefused(request.filename ?? ""), request, .content), request)
    }

    /// Performs the rule for the status of a failure that has been reported.
    private static func perform(_ rule: HookRule, _ status: Status, _ request: Request) -> Int32 {
        switch rule.action(for: status.rawValue) {
        case .responds(let code, let success, _): respond(with: code, success, request)
        case .returnsNumber(let number): number
        case .declines, .endsTooLate, .refusesSource, .missesUser, .acceptsUser:
            Int32(status.rawValue)
        }
    }

    /// Responds with a status: httpd creates a document for an error and a redirect; for a success,
    /// the handler has written the response.
    private static func respond(
        with status: Int, _ success: Int32, _ request: Request
    ) -> Int32 {
        let record = request.live
        if record.response != .notBegun {
            return tooLate(Status(rawValue: status), request.phase, request)
        }
        if HookRule.namesMethods(status) { request.sendAllow() }
        let code = Int32(truncatingIfNeeded: status)
        guard code < 300 else {
            record.nameStatus(code)
            if request.bytesQueued > 0, record.replaceKeptBody(with: code) {
                return Int32(Status.done.rawValue)
            }
            return code
        }
        record.status = code
        return success
    }

    private static func tooLate(_ status: Status, _ phase: Phase, _ request: Request) -> Int32 {
        Int32(report(.tooLate(status), request, phase).rawValue)
    }

    private static func report(
        _ failure: HandlerFailure, _ request: Request, _ phase: Phase
    ) -> Status {
        ErrorReporter.respond(to: failure, request: request, phase: phase, handler: "")
    }
}

extension HookRule {
    fileprivate init(_ phase: Phase, _ request: Request) {
        switch phase {
        case .content:
            self = .content(
                isSource: request.filename.map(isSource) ?? false,
                hasBegun: request.bytesQueued > 0 && request.live.response == .begun)
        case .quick: self = .quick
        case .log: self = .log
        case .access: self = .access
        case .authen:
            self = .authen(
                hasUser: request.user != nil,
                isAuthoritative: request.live.configuration?.isAuthoritative ?? true)
        case .authz: self = .authz
        default: self = .early
        }
    }
}
