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
    ) -> Failure? {
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
        return status.flatMap { $0.rawValue >= 300 ? .statusInPage($0) : nil }
    }

    /// Calls a filter of a request.
    ///
    /// - Returns: Nil when all went well; otherwise how the answer is to end.
    static func call(_ filter: Filter) -> FilterFailure? {
        guard let record = filter.requestRecord else { return callOfConnection(filter) }
        let request = Request.of(record)
        do {
            try enter(filter)
            if let mistake = request.existingExtras?.takeMistake() {
                throw Failure.mistake(mistake)
            }
            return nil
        } catch {
            switch outcome(of: error, request, filter.phase, filter.shownHandler) {
            case .status(.ok), .status(.declined), .status(.done): return nil
            case .status(let status): return FilterFailure(status: status, page: nil)
            case .failure(let failure): return ErrorReporter.report(failure, filter: filter)
            }
        }
    }

    /// Calls a filter of a connection.
    private static func callOfConnection(_ filter: Filter) -> FilterFailure? {
        let connection = filter.connection
        do {
            try enter(filter)
            return nil
        } catch let status as Status where [.ok, .declined, .done].contains(status) {
            return nil
        } catch let trap as Trap {
            return ErrorReporter.report(
                TrapReporter.failure(
                    of: trap, connection.live,
                    handler: "\(filter.phase.directive) \(filter.shownHandler)"),
                filter: filter)
        } catch {
            return ErrorReporter.report(Failure(describing: error), filter: filter)
        }
    }

    /// Calls a handler of a connection. It has no time limit: a connection lasts as long as it lasts,
    /// and each of its reads and writes has one.
    ///
    /// - Returns: ok, declined or done; the story of any failure has been told, and is ok. Nil: the
    ///   handler waits for its client, and the connection is to be parked.
    static func call(
        _ handler: HandlerReference, _ connection: Connection,
        _ configuration: DirectoryConfiguration
    ) -> Status? {
        told(handler, connection) {
            let loaded = try Loader.handler(handler, .connection, connection, configuration)
            return try loaded.with { loaded in
                switch loaded.handler {
                case .connection(let body):
                    return try guarded(loaded, configuration) {
                        try TrapGuard.call(body, connection)
                    }
                case .asyncConnection(let body):
                    let task = ConnectionTask(connection, body)
                    return try guarded(loaded, configuration) {
                        try connection.run(task, hasInput: false)
                    }
                default:
                    throw Failure.wrongArgument(loaded.handler, .connection, wanted: "Connection")
                }
            }
        }
    }

    /// Goes on with a handler of a connection whose client has sent something.
    ///
    /// - Returns: As ``call(_:_:_:)``.
    static func resume(
        _ task: ConnectionTask, of handler: HandlerReference, _ connection: Connection,
        _ configuration: DirectoryConfiguration
    ) -> Status? {
        told(handler, connection) {
            let loaded = try Loader.handler(handler, .connection, connection, configuration)
            return try loaded.with { loaded in
                try guarded(loaded, configuration) { try connection.run(task, hasInput: true) }
            }
        }
    }

    /// Calls a function of SwiftImport, before the child serves. It has no time limit, and its traps
    /// are not those of a request: a child that takes this one's place would meet the same.
    ///
    /// - Throws: What the function throws; ``Failure``, ``Trap``.
    static func call(_ loaded: LoadedHandler, _ server: Server) throws {
        guard case .server(let body) = loaded.handler else {
            throw Failure.wrongArgument(loaded.handler, in: "SwiftImport", wanted: "Server")
        }
        try TrapGuard.call(body, server)
    }

    /// Asks a handler whether a client may connect; one that fails keeps it out.
    static func admits(
        _ handler: HandlerReference, _ connection: Connection,
        _ configuration: DirectoryConfiguration
    ) -> Bool {
        var status: Status? = Status.forbidden
        _ = told(handler, connection, .preConnection) {
            let loaded = try Loader.handler(handler, .preConnection, connection, configuration)
            do {
                status = try loaded.with { loaded in
                    guard case .connection(let body) = loaded.handler else {
                        throw Failure.wrongArgument(
                            loaded.handler, .preConnection, wanted: "Connection and are not async")
                    }
                    return try guarded(loaded, configuration) {
                        try TrapGuard.call(body, connection)
                    }
                }
            } catch let thrown as Status {
                status = thrown
            }
            return status
        }
        return status == .ok || status == .declined
    }

    private static func told(
        _ handler: HandlerReference, _ connection: Connection, _ phase: Phase = .connection,
        _ call: () throws -> Status?
    ) -> Status? {
        do {
            return try call()
        } catch let status as Status {
            return status == .declined ? .declined : .ok
        } catch let trap as Trap {
            ErrorReporter.report(
                TrapReporter.failure(
                    of: trap, connection.live,
                    handler: "\(phase.directive) \(handler.word)"),
                connection: connection, phase: phase, handler: handler.word)
            return .ok
        } catch {
            ErrorReporter.report(
                Failure(describing: error), connection: connection, phase: phase,
                handler: handler.word)
            return .ok
        }
    }

    /// Calls the first of a provider's functions that has the form that is asked for.
    ///
    /// - Parameters:
    ///   - wanted: What such a function takes beside its request.
    ///   - form: The function, ready to be called; nil where it has another form.
    /// - Returns: Nil where there is no answer; the story has been told.
    static func call<Answer: ProviderAnswer>(
        _ provider: Provider, _ phase: Phase, _ request: Request,
        _ configuration: DirectoryConfiguration, wanted: String,
        _ form: (Handler) -> ((Request) throws -> Answer)?
    ) -> Answer? {
        do {
            for index in 0..<provider.handlers.count {
                let word = HandlerReference.configured(provider.handlers[index])
                let loaded = try Loader.handler(word, phase, request, configuration)
                guard let function = loaded.with({ form($0.handler) }) else { continue }
                let note = configuration.leavesNotes ? LoggedCall(word, loaded.object.version) : nil
                defer { note?.leaveNotes(in: request.live) }
                return try answer(
                    of: function, loaded.object, provider.name, request, configuration)
            }
            throw Failure.noForm(of: provider, wanted: wanted)
        } catch {
            let word = provider.name
            let failure: Failure
            switch outcome(of: error, request, phase, word) {
            case .status(let status):
                if let answer = Answer(thrown: status) { return answer }
                failure = .thrownByProvider(status)
            case .failure(let other): failure = other
            }
            ErrorReporter.tell(failure, request, phase, handler: word)
            return nil
        }
    }

    private static func answer<Answer>(
        of function: @escaping (Request) throws -> Answer, _ loaded: LoadedHandler,
        _ provider: String, _ request: Request, _ configuration: DirectoryConfiguration
    ) throws -> Answer {
        var answer: Result<Answer, any Error>?
        try limited(configuration, (request, request.phase, provider)) {
            try guarded(loaded, configuration) {
                let work = LastWork { answer = Result { try function(request) } }
                if let trap = TrapGuard.finish(work, for: request.live) { throw trap }
            }
        }
        guard let result = try answer?.get() else { stop("A provider ended without an outcome") }
        if let mistake = request.existingExtras?.takeMistake() { throw Failure.mistake(mistake) }
        return result
    }

    // MARK: Into handler code

    @inline(__always)
    private static func enter(
        _ loaded: LoadedHandler, _ handler: HandlerReference, _ request: Request, _ phase: Phase
    ) throws -> Status? {
        guard case .request = loaded.handler else {
            if loaded.isAbsent { return nil }
            throw Failure.wrongArgument(loaded.handler, phase, wanted: "Request")
        }
        return try limited(request.live.configuration, (request, phase, handler.word)) {
            try guarded(loaded, request.live.configuration) {
                try TrapGuard.call(loaded, request)
            }
        }
    }

    private static func enter(_ filter: Filter) throws {
        let configuration = filter.configuration
        // One of a connection has no time limit, as its handlers have none.
        guard let record = filter.requestRecord else { return try call(in: filter, configuration) }
        try limited(configuration, (Request.of(record), filter.phase, filter.shownHandler)) {
            try call(in: filter, configuration)
        }
    }

    private static func call(
        in filter: Filter, _ configuration: DirectoryConfiguration?
    ) throws {
        switch filter.body {
        case .closure(let body):
            try guarded(nil, configuration) { try TrapGuard.call(body, filter) }
        case .handler(let reference):
            guard let configuration else { return }
            // It may name the SwiftPath in which the function is found.
            if let place = configuration.refused { throw Failure.htaccessRefused(place) }
            let phase = filter.phase
            let loaded = try Loader.handler(reference, phase, filter.req, configuration)
            try loaded.with { loaded in
                guard case .filter(let body) = loaded.handler else {
                    throw Failure.wrongArgument(loaded.handler, phase, wanted: "Filter")
                }
                try guarded(loaded, configuration) { try TrapGuard.call(body, filter) }
            }
        }
    }

    /// A call for a request, which may take as long as SwiftTimeout says.
    ///
    /// - Parameter subject: Of the call, asked for where there is a limit.
    @inline(__always)
    private static func limited<Result>(
        _ configuration: DirectoryConfiguration?,
        _ subject: @autoclosure () -> (Request, Phase, handler: String),
        _ call: () throws -> Result
    ) throws -> Result {
        guard let limit = configuration?.timeLimit else { return try call() }
        return try limit.enforce(
            {
                let (request, phase, handler) = subject()
                return LimitedSubject(request, phase, handler)
            }, call)
    }

    /// What happens around every call: not while in quarantine, and a trap has consequences.
    @inline(__always)
    private static func guarded<Result>(
        _ loaded: LoadedHandler?, _ configuration: @autoclosure () -> DirectoryConfiguration?,
        _ call: () throws -> Result
    ) throws -> Result {
        if let loaded { try Quarantine.check(loaded) }
        do {
            return try call()
        } catch let trap as Trap {
            Traps.contained(trap, in: loaded, configuration())
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

    private enum Outcome {
        case status(Status)
        case failure(Failure)
    }

    @inline(__always)
    private static func checked(_ status: Status?, _ request: Request) throws -> Status? {
        if let mistake = request.existingExtras?.takeMistake() { throw Failure.mistake(mistake) }
        guard let status, status != .ok else { return status }
        return try answerable(status)
    }

    /// A status that httpd can answer with.
    private static func answerable(_ status: Status) throws -> Status {
        switch status.rawValue {
        case 0, 200: .ok
        case -1, -2, 200...599: status
        default: throw Failure.invalidStatus(status)
        }
    }

    private static func outcome(
        of error: any Error, _ request: Request, _ phase: Phase,
        _ handler: @autoclosure () -> String
    ) -> Outcome {
        // Nothing to tell: httpd has told it.
        if error is AnsweredByHttpd { return .status(AnsweredByHttpd.status) }
        if let trap = error as? Trap {
            return .failure(
                TrapReporter.failure(of: trap, request, phase: phase, handler: handler()))
        }
        guard let status = error as? Status else { return .failure(Failure(describing: error)) }
        do {
            return .status(try checked(status, request) ?? status)
        } catch {
            return .failure(Failure(describing: error))
        }
    }
}
