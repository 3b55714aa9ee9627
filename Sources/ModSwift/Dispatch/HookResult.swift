// SPDX-License-Identifier: Apache-2.0
//
// What httpd gets to hear of a phase that has ended.

/// Turns what the handlers of a phase have come to into what the phase's hook returns.
enum HookResult {
    /// The numbers that mean nothing but themselves to every hook.
    private static let ok: Int32 = 0
    private static let declined: Int32 = -1
    private static let done: Int32 = -2

    /// Whether httpd goes on to what comes next.
    static func continues(_ result: Int32) -> Bool { result == ok || result == declined }

    /// What a hook returns.
    @inline(__always)
    static func result(of status: Status, _ phase: Phase, _ request: Request) -> Int32 {
        if status == .ok, phase == .content { return ok }
        return switch phase {
        case .content: content(status, request)
        case .quick: last(status, request)
        // Anything else would keep other modules from writing their logs.
        case .log: ok
        case .access, .authen, .authz: accessControl(status, phase, request)
        default: early(status, request)
        }
    }

    // MARK: Content

    /// A source must not be served for want of a handler that answers.
    private static func content(_ status: Status, _ request: Request) -> Int32 {
        if status == .declined, isSource(request.filename) { return refuseSource(request) }
        return last(status, request)
    }

    /// What is not declined is the answer: httpd goes on with nothing else.
    private static func last(_ status: Status, _ request: Request) -> Int32 {
        status.rawValue < 200 ? Int32(status.rawValue) : answer(with: status, request)
    }

    static func refuseSource(_ request: Request) -> Int32 {
        content(
            report(.sourceRefused(request.filename ?? ""), request, .content), request)
    }

    private static func isSource(_ path: String?) -> Bool {
        path.map { $0.hasSuffix(".swift") || $0.hasSuffix(".psp_") } ?? false
    }

    /// An HTTP status: httpd makes a document for an error and a redirect; a success is the answer
    /// that the handler has written.
    private static func answer(with status: Status, _ request: Request) -> Int32 {
        let record = request.live
        if record.hasSentBytes {
            return Int32(report(.tooLate(status), request, request.phase).rawValue)
        }
        let code = Int32(truncatingIfNeeded: status.rawValue)
        guard code < 300 else {
            record.nameStatus(code)
            return code
        }
        record.status = code
        return ok
    }

    // MARK: Before content

    /// A success is an answer: no other module is to add to it.
    private static func early(_ status: Status, _ request: Request) -> Int32 {
        guard status.rawValue >= 200 else { return Int32(status.rawValue) }
        let result = answer(with: status, request)
        return result == ok ? done : result
    }

    // MARK: Access control

    private static func accessControl(
        _ status: Status, _ phase: Phase, _ request: Request
    ) -> Int32 {
        switch (phase, status) {
        case (.authen, .ok) where request.user == nil:
            return early(report(.noUser, request, phase), request)
        case (.authen, .unauthorized) where request.live.configuration?.isAuthoritative == false:
            return declined
        // httpd asks one module only; the Require lines are the last of them, and to be heard
        // (docs/decisions/0022).
        case (.authz, .ok):
            return declined
        case (_, .unauthorized):
            request.live.noteAuthenticationFailure()
        default: break
        }
        return early(status, request)
    }

    private static func report(_ failure: HandlerFailure, _ request: Request, _ phase: Phase)
        -> Status
    {
        ErrorReporter.respond(to: failure, request: request, phase: phase, handler: "")
    }
}
