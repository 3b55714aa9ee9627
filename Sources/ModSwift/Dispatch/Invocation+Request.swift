// SPDX-License-Identifier: Apache-2.0
//
// The calls of handlers that take a request: in a phase, and in a page of mod_include.

extension Invocation where Context == Request {
    /// Calls a handler in its phase: every request uses this path, which allocates nothing.
    ///
    /// - Returns: A status that is valid for httpd; a failure has been logged. Nil if there is no
    ///   such handler, and none is required (SwiftHandlerModule).
    @inline(__always)
    static func status(
        of handler: HandlerReference, _ phase: Phase, _ request: Request,
        _ configuration: DirectoryConfiguration
    ) -> Status? {
        do {
            let status = try run(handler, phase, request, configuration) { loaded in
                if configuration.leavesNotes {
                    return try callNoting(loaded, handler, phase, request, configuration)
                }
                return try call(loaded, request)
            }
            guard let status, status != .ok else { return status }
            return try status.checked()
        } catch {
            return status(of: error, handler, phase, request, configuration)
        }
    }

    /// Takes the parts of an invocation, so that the path of every request creates none in memory.
    @inline(never)
    private static func status(
        of error: any Error, _ handler: HandlerReference, _ phase: Phase, _ request: Request,
        _ configuration: DirectoryConfiguration
    ) -> Status {
        Invocation(handler, phase, request, configuration).status(of: error)
    }

    private func status(of error: any Error) -> Status {
        switch outcome(of: error) {
        case .status(let status): status
        case .response(let error):
            ErrorReporter.respond(with: error, request: context, phase: phase, handler: name)
        case .failure(let failure):
            ErrorReporter.respond(to: failure, request: context, phase: phase, handler: name)
        }
    }

    /// Calls a handler whose output is inserted into a page: it cannot end the response.
    ///
    /// - Returns: The failure to be logged; nil if it succeeded.
    func failureInPage() -> HandlerFailure? {
        var status: Status?
        do {
            status = try run { try Self.call($0, context) }?.checked()
        } catch {
            switch outcome(of: error) {
            case .status(let thrown): status = thrown
            case .response(let error): status = error.status
            case .failure(let failure): return failure
            }
        }
        return status.flatMap { $0.rawValue >= 300 ? .statusInInclude($0) : nil }
    }

    @inline(__always)
    private static func call(
        _ loaded: Immortal<LoadedHandler>?, _ request: Request
    ) throws -> Status? {
        guard let loaded, loaded.with({ $0.takesRequest }) else {
            return try noCall(of: loaded, request.phase)
        }
        return try TrapGuard.callHandler(loaded, request)
    }

    @inline(never)
    private static func noCall(
        of loaded: Immortal<LoadedHandler>?, _ phase: Phase
    ) throws -> Status? {
        guard let loaded = loaded?.object, !loaded.isAbsent else { return nil }
        throw HandlerFailure.wrongArgument(loaded.handler, phase, wanted: "Request")
    }

    /// Calls the handler with SwiftLogNotes On.
    @inline(never)
    private static func callNoting(
        _ loaded: Immortal<LoadedHandler>?, _ handler: HandlerReference, _ phase: Phase,
        _ request: Request, _ configuration: DirectoryConfiguration
    ) throws -> Status? {
        guard let loaded, !loaded.object.isAbsent else { return nil }
        let name = Invocation(handler, phase, request, configuration).name
        let call = LoggedCall(name, loaded.object.version)
        defer { call.leaveNotes(in: request.live) }
        return try Self.call(loaded, request)
    }
}
