// SPDX-License-Identifier: Apache-2.0
//
// The one way into handler code, for every phase: the module's version is pinned to the request,
// the function is called, and whatever comes out of it becomes a status. What is later to happen
// around every call (a guard against traps, a time limit) belongs here.

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
    /// Calls a handler.
    ///
    /// - Returns: A status that httpd understands; the story of any failure has been told.
    static func call(
        _ handler: HandlerReference, _ phase: Phase, _ request: Request,
        _ configuration: DirectoryConfiguration
    ) -> Status {
        do {
            let loaded = try Loader.handler(handler, phase, request, configuration)
            if configuration.leavesNotes { return try callNoting(loaded, handler, request) }
            return try checked(loaded.with { try $0.body(request) }, request)
        } catch {
            return status(for: error, handler, phase, request)
        }
    }

    @inline(never)
    private static func callNoting(
        _ loaded: Immortal<LoadedHandler>, _ handler: HandlerReference, _ request: Request
    ) throws -> Status {
        let call = LoggedCall(handler, loaded.object.version)
        defer { call.leaveNotes(in: request.live) }
        return try checked(loaded.with { try $0.body(request) }, request)
    }

    @inline(__always)
    private static func checked(_ status: Status, _ request: Request) throws -> Status {
        if let mistake = request.existingExtras?.mistake { throw Failure.mistake(mistake) }
        if status == .ok { return status }
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

    private static func status(
        for error: any Error, _ handler: HandlerReference, _ phase: Phase, _ request: Request
    ) -> Status {
        var error = error
        // Nothing to tell: httpd has told it.
        if error is AnsweredByHttpd { return AnsweredByHttpd.status }
        if let status = error as? Status {
            do {
                return try checked(status, request)
            } catch let failure {
                error = failure
            }
        }
        return ErrorReporter.report(
            Failure(describing: error), request: request, phase: phase, handler: handler.word)
    }
}
