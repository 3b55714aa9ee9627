// SPDX-License-Identifier: Apache-2.0

/// The state of a request in addition to its record, created when it is first needed.
final class RequestState {
    /// A value that httpd rejected, and the source location where the handler's author passed it.
    struct Misuse {
        let text: String
        let file: StaticString
        let line: UInt
    }

    var headersIn: Table?
    var headersOut: Table?
    var errHeadersOut: Table?
    var subprocessEnv: Table?
    var notes: Table?
    var trailersIn: Table?
    var trailersOut: Table?
    /// A server that a module has created for this request only.
    var ownServer: Server?
    /// The first misuse, which is the one reported.
    var mistake: Misuse?
    var bodyReader: BodyReader?
    /// The form, or the error of reading it, once it has been requested.
    var form: Result<FieldStorage, any Error>?
    var log: RequestLog?
    var storage: [ObjectIdentifier: Any] = [:]
    var cleanups: [() -> Void] = []
    /// Whether the cleanup phase has been requested.
    var cleansUp = false
    /// Handlers that were added by code and have not been called yet.
    var added: [AddedHandler] = []
    /// Subrequests that handlers have used, of which one may replace the request.
    var lookedUp: [Request] = []
    /// Filter functions that code has registered under a name.
    var filters: [RegisteredFilter] = []
    /// Filters named by directives, once they have been called.
    var standing: [ActiveFilter] = []
    /// The namespace of the running handler, if a directive sets one that differs from the
    /// server's.
    var namespace: String?
    /// The versions of modules that this request uses and that are not in its ``Request/met``:
    /// versions with a function to be called at their end, or versions that were not the current
    /// ones.
    var versions: [PinnedVersion] = []
    /// The components of the URL after the published path, for the next call.
    var publishedPath: [String] = []
    /// Whether nothing more can be sent, for a reason other than the end of the response.
    var hasClientGone = false
    /// Whether an author has set the methods that the resource allows.
    var hasAllowedMethods = false
    /// See ``ResponseState/cut``.
    var hasCutResponse = false
    /// Whether output goes nowhere without being a misuse.
    var cannotSend: Bool { hasClientGone || hasCutResponse }
    /// The session of a client's own request, once a handler has requested it.
    var session: Session?
    /// The output of the running page: all output goes there, in order.
    var page: PageOutput?

    /// Runs the cleanups, the last registered first, like APR's own cleanups.
    func runCleanups(of record: RequestRecord) {
        while let cleanup = OneShotWork(lastOf: &cleanups) {
            Teardown.finish(cleanup, .request(record), "registerCleanup")
        }
    }

    /// Returns the rejected value, to be reported once.
    func takeMisuse() -> Misuse? {
        defer { mistake = nil }
        return mistake
    }

    /// Removes and returns the next handler that was added to a phase.
    func takeAdded(to phase: Phase) -> AddedHandler? {
        added.firstIndex { $0.phase == phase }.map { added.remove(at: $0) }
    }

    func takePublishedPath() -> [String] {
        defer { publishedPath = [] }
        return publishedPath
    }

    func end(of record: RequestRecord?) {
        // First, so that the session's lock is released before any slow teardown.
        session?.finish()
        session = nil
        if let record { endValues(record) }
        for table in [headersIn, headersOut, errHeadersOut, subprocessEnv, notes] { table?.end() }
        for table in [trailersIn, trailersOut] { table?.end() }
        ownServer?.end()
        log?.end()
    }

    /// Releases what may run an author's code: values, and the sinks of a form.
    private func endValues(_ record: RequestRecord) {
        // An error may be a sink's.
        if case .success(let fields) = form, !fields.hasSinks {
            form = nil
        } else if let form = OneShotWork(holding: form.take()) {
            Teardown.finish(form, .request(record), "the end of a form")
        }
        while let value = OneShotWork(oneOf: &storage) {
            Teardown.finish(value, .request(record), Teardown.keptValue)
        }
    }
}
