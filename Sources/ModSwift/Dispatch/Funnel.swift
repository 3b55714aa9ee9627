// SPDX-License-Identifier: Apache-2.0
//
// The one way into handler code, for every phase and filter: the module's version is pinned to the
// request, the function is called inside the trap guard, and whatever comes out of it becomes a
// status.

/// A handler that a request has come to: a word of a directive, or one added by code.
enum HandlerReference {
    case configured(HandlerEntry)
    case added(AddedHandler)

    /// The word as its author wrote it.
    var word: String {
        switch self {
        case .configured(let entry): entry.function.map { "\(entry.module)::\($0)" } ?? entry.module
        case .added(let handler): handler.word
        }
    }
}

enum Funnel {
    /// Calls a handler of a request.
    ///
    /// - Returns: A status that httpd understands; the story of any failure has been told. Nil where
    ///   there is no such handler, and need not be (SwiftHandlerModule).
    static func call(
        _ handler: HandlerReference, _ phase: Phase, _ request: Request,
        _ configuration: DirectoryConfiguration
    ) -> Status? {
        do {
            let loaded = try Loader.handler(handler, phase, request, configuration)
            if configuration.leavesNotes { return try callNoting(loaded, handler, request) }
            return try checked(loaded.with { try enter($0, handler, request, phase) }, request)
        } catch {
            switch outcome(of: error, request, phase, handler.word) {
            case .status(let status): return status
            case .failure(let failure):
                return ErrorReporter.report(
                    failure, request: request, phase: phase, handler: handler.word)
            }
        }
    }

    /// Calls a handler whose output stands in the middle of a page: it cannot end the answer.
    ///
    /// - Returns: What is to be told of it; nil when all went well.
    static func include(
        _ handler: HandlerReference, _ request: Request, _ configuration: DirectoryConfiguration
    ) -> HandlerFailure? {
        // It may name the SwiftPath in which the module is found.
        if let place = configuration.refused { return .htaccessRefused(place) }
        var status: Status? = .ok
        do {
            let loaded = try Loader.handler(handler, .content, request, configuration)
            status = try checked(
                loaded.with { try enter($0, handler, request, .content) }, request)
        } catch {
            switch outcome(of: error, request, .content, handler.word) {
            case .status(let thrown): status = thrown
            case .failure(let failure): return failure
            }
        }
        return status.flatMap { $0.rawValue >= 300 ? .statusInInclude($0) : nil }
    }

    // MARK: Into handler code

    @inline(__always)
    private static func enter(
        _ loaded: LoadedHandler, _ handler: HandlerReference, _ request: Request, _ phase: Phase
    ) throws -> Status? {
        guard case .request = loaded.handler else {
            if loaded.isAbsent { return nil }
            throw HandlerFailure.wrongArgument(loaded.handler, phase, wanted: "Request")
        }
        return try limited(request.live.configuration, (request, phase, handler.word)) {
            try guarded(loaded, request.live.configuration) {
                try TrapGuard.call(loaded, request)
            }
        }
    }

    /// A call for a request, which may take as long as SwiftTimeout says.
    ///
    /// - Parameter subject: Of the call, asked for where there is a limit.
    @inline(__always)
    static func limited<Result>(
        _ configuration: DirectoryConfiguration?,
        _ subject: @autoclosure () -> (Request, Phase, handler: String),
        _ call: () throws -> Result
    ) throws -> Result {
        guard let limit = configuration?.timeLimit else { return try call() }
        return try limit.enforce(
            {
                let (request, phase, handler) = subject()
                return CallDescription(request, phase, handler)
            }, call)
    }

    /// What happens around every call: not while in quarantine, and a trap has consequences.
    @inline(__always)
    static func guarded<Result>(
        _ loaded: LoadedHandler?, _ configuration: @autoclosure () -> DirectoryConfiguration?,
        _ call: () throws -> Result
    ) throws -> Result {
        if let loaded { try Quarantine.check(loaded) }
        do {
            return try call()
        } catch let trap as Trap {
            TrapPolicy.contained(trap, in: loaded, configuration())
            throw trap
        }
    }

    @inline(never)
    private static func callNoting(
        _ loaded: Immortal<LoadedHandler>, _ handler: HandlerReference, _ request: Request
    ) throws -> Status? {
        if loaded.with(\.isAbsent) { return nil }
        let call = LoggedCall(handler, loaded.object.version)
        defer { call.leaveNotes(in: request.live) }
        return try checked(
            loaded.with { try enter($0, handler, request, request.phase) }, request)
    }

    // MARK: What comes out

    /// What a call has come to that did not return.
    enum Outcome {
        case status(Status)
        case failure(HandlerFailure)
    }

    @inline(__always)
    private static func checked(_ status: Status?, _ request: Request) throws -> Status? {
        if let mistake = request.existingExtras?.takeMisuse() {
            throw HandlerFailure.mistake(mistake)
        }
        guard let status, status != .ok else { return status }
        return try answerable(status)
    }

    /// A status that httpd can answer with.
    private static func answerable(_ status: Status) throws -> Status {
        switch status.rawValue {
        case 0, 200: .ok
        case -1, -2, 200...599: status
        default: throw HandlerFailure.invalidStatus(status)
        }
    }

    static func outcome(
        of error: any Error, _ request: Request, _ phase: Phase,
        _ handler: @autoclosure () -> String
    ) -> Outcome {
        // Nothing to tell: httpd has told it.
        if error is AnsweredByHttpd { return .status(AnsweredByHttpd.status) }
        if let trap = error as? Trap {
            return .failure(
                TrapReporter.failure(of: trap, request, phase: phase, handler: handler()))
        }
        guard let status = error as? Status else {
            return .failure(HandlerFailure(describing: error))
        }
        do {
            return .status(try checked(status, request) ?? status)
        } catch {
            return .failure(HandlerFailure(describing: error))
        }
    }
}
