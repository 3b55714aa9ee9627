// SPDX-License-Identifier: Apache-2.0
//
// The only entry to handler code. Every entry point (a phase, a filter, a connection, a provider, a
// page of mod_include, another module) describes its call as an Invocation, runs it, and converts
// the result for its own caller. It repeats none of the checks that `run` makes.

/// One call of a handler: the handler, the phase, the context, and the configuration.
struct Invocation<Context: HandlerContext> {
    /// Nil for a closure, which has no name and belongs to no module.
    let handler: HandlerReference?
    let phase: Phase
    let context: Context
    let configuration: DirectoryConfiguration

    @inline(__always)
    init(
        _ handler: HandlerReference?, _ phase: Phase, _ context: Context,
        _ configuration: DirectoryConfiguration
    ) {
        self.handler = handler
        self.phase = phase
        self.context = context
        self.configuration = configuration
    }

    /// The handler's name in the log.
    var name: String { handler?.shownName ?? "(a closure)" }
    /// "SwiftHandler app", for the log.
    var title: String {
        // A Require line that names a function is not one of our directives.
        if case .provided(_, let provider)? = handler, provider.isDirect {
            return "Require \(name)"
        }
        return "\(phase.directive) \(name)"
    }

    /// Loads the handler and passes it to body, which calls it by ``TrapGuard``.
    ///
    /// - Parameter body: Called with nil for a closure.
    /// - Throws: ``HandlerFailure``, ``Trap``, a thrown ``Status``; see ``outcome(of:)``.
    func run<Result>(_ body: (Immortal<LoadedHandler>?) throws -> Result) throws -> Result {
        guard let handler else {
            return try Self.enter(nil, nil, phase, context, configuration, body)
        }
        return try Self.run(handler, phase, context, configuration, body)
    }
}

// MARK: Calls

extension Invocation {
    /// Rejects handlers that `.htaccess` must not name and those in quarantine, pins one version of
    /// the module to the context, limits the time of a request's handlers, applies the consequences
    /// of a trap, and turns a misused member into a failure.
    ///
    /// It takes the fields of an invocation, not an invocation, and passes on a handler without
    /// counting a reference: every request comes here, and this avoids a value in memory and
    /// reference counts.
    @inline(__always)
    static func run<Result>(
        _ handler: HandlerReference, _ phase: Phase, _ context: Context,
        _ configuration: DirectoryConfiguration,
        _ body: (Immortal<LoadedHandler>?) throws -> Result
    ) throws -> Result {
        // It may name the SwiftPath in which the module is searched.
        if configuration.isRefused { throw refusal(configuration) }
        let loaded = try Loader.handler(handler, phase, context, configuration)
        return try enter(loaded, handler, phase, context, configuration, body)
    }

    @inline(never)
    private static func refusal(_ configuration: DirectoryConfiguration) -> HandlerFailure {
        HandlerFailure.htaccessRefused(configuration.refused ?? "")
    }

    @inline(__always)
    private static func enter<Result>(
        _ loaded: Immortal<LoadedHandler>?, _ handler: HandlerReference?, _ phase: Phase,
        _ context: Context, _ configuration: DirectoryConfiguration,
        _ body: (Immortal<LoadedHandler>?) throws -> Result
    ) throws -> Result {
        if let loaded { try Quarantine.check(loaded) }
        let result = try TrapPolicy.contain(in: loaded, configuration) {
            // A connection has no time limit; its reads and writes have their own.
            guard let limit = configuration.timeLimit, let request = context.owningRequest else {
                return try body(loaded)
            }
            return try enforce(
                limit, of: request, handler, phase, context, configuration, loaded, body)
        }
        if let misuse = context.takeMisuse() { throw failure(of: misuse, in: loaded) }
        return result
    }

    @inline(never)
    private static func enforce<Result>(
        _ limit: Timeout, of request: Request, _ handler: HandlerReference?, _ phase: Phase,
        _ context: Context, _ configuration: DirectoryConfiguration,
        _ loaded: Immortal<LoadedHandler>?, _ body: (Immortal<LoadedHandler>?) throws -> Result
    ) throws -> Result {
        try limit.enforce(
            {
                CallDescription(
                    request, Invocation(handler, phase, context, configuration).title)
            }, { try body(loaded) })
    }

    @inline(never)
    private static func failure(
        of misuse: RequestState.Misuse, in loaded: Immortal<LoadedHandler>?
    ) -> HandlerFailure {
        HandlerFailure.mistake(misuse, in: loaded?.object.version?.sourcePath)
    }
}

// MARK: Results

/// The result of a call that did not return.
enum Outcome {
    case status(Status)
    /// The author's own response.
    case response(HTTPError)
    case failure(HandlerFailure)
}

extension Invocation {
    /// Returns the result of a call that threw.
    func outcome(of error: any Error) -> Outcome {
        // httpd has already logged this.
        if error is AnsweredByHttpd { return .status(AnsweredByHttpd.status) }
        if let trap = error as? Trap {
            return .failure(TrapReporter.failure(of: trap, context.subject, title))
        }
        if let error = error as? HTTPError, let request = context.owningRequest {
            let misuse = request.stateIfAny?.takeMisuse()
            return misuse.map { .failure(.mistake($0)) } ?? .response(error)
        }
        guard let status = error as? Status else {
            return .failure(HandlerFailure(describing: error).of(phase).located())
        }
        guard context.owningRequest != nil else { return .status(status) }
        if let misuse = context.takeMisuse() { return .failure(.mistake(misuse)) }
        do {
            return .status(try status.checked())
        } catch {
            return .failure(HandlerFailure(describing: error))
        }
    }
}

extension Status {
    /// Returns the status, if it is valid for httpd.
    ///
    /// - Throws: ``HandlerFailure``.
    func checked() throws -> Status {
        switch rawValue {
        case 0, 200: .ok
        case -1, -2, 200...599: self
        default: throw HandlerFailure.invalidStatus(self)
        }
    }
}
