// SPDX-License-Identifier: Apache-2.0

/// What a request holds beside its record, made when it is first needed.
final class RequestState {
    /// A value that httpd would not take, and where the handler's author wrote it.
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
    /// A server that a module has made for this request alone.
    var ownServer: Server?
    /// The first one counts.
    var mistake: Misuse?
    var bodyReader: BodyReader?
    /// The form, or why there is none, once it was asked for.
    var form: Result<FieldStorage, any Error>?
    var log: RequestLog?
    var storage: [ObjectIdentifier: Any] = [:]
    var cleanups: [() -> Void] = []
    /// The cleanup phase was asked for.
    var cleansUp = false
    /// Handlers that were added by code and not called yet.
    var added: [AddedHandler] = []
    /// Subrequests that handlers have met, of which one may take the place of the request.
    var lookedUp: [Request] = []
    /// Names that code gave to filter functions.
    var filters: [RegisteredFilter] = []
    /// Filters that directives have named, once they were called.
    var standing: [ActiveFilter] = []
    /// The namespace of the handler that runs, where a directive says another than the server's.
    var namespace: String?
    /// The versions of modules that this request has met and that are not in its ``Request/met``: they
    /// want to be closed, or were not the current ones.
    var versions: [PinnedVersion] = []
    /// The components of the URL behind what is published, for the call that follows.
    var publishedPath: [String] = []
    /// Nothing more can be sent, for another reason than the response's end.
    var hasClientGone = false
    /// An author has said which methods the resource allows.
    var hasAllowedMethods = false
    /// See ``ResponseState/cut``.
    var hasCutResponse = false
    /// What is written goes nowhere, and that is no misuse.
    var cannotSend: Bool { hasClientGone || hasCutResponse }
    /// Of a client's own request, once a handler has asked for it.
    var session: Session?
    /// What the page that runs has written: all that is written goes there, in its order.
    var page: PageOutput?

    /// The last registered runs first, as APR's own cleanups do.
    func runCleanups(of record: RequestRecord) {
        while let cleanup = OneShotWork(lastOf: &cleanups) {
            Teardown.finish(cleanup, .request(record), "registerCleanup")
        }
    }

    /// The value that httpd would not take, told once.
    func takeMisuse() -> Misuse? {
        defer { mistake = nil }
        return mistake
    }

    /// The next handler that was added to a phase; it runs once.
    func takeAdded(to phase: Phase) -> AddedHandler? {
        added.firstIndex { $0.phase == phase }.map { added.remove(at: $0) }
    }

    func takePublishedPath() -> [String] {
        defer { publishedPath = [] }
        return publishedPath
    }

    func end(of record: RequestRecord?) {
        // Its lock is given back before anything else takes time.
        session?.finish()
        session = nil
        if let record, !storage.isEmpty { endStorage(record) }
        for table in [headersIn, headersOut, errHeadersOut, subprocessEnv, notes] { table?.end() }
        for table in [trailersIn, trailersOut] { table?.end() }
        ownServer?.end()
        log?.end()
    }

    private func endStorage(_ record: RequestRecord) {
        while let value = OneShotWork(oneOf: &storage) {
            Teardown.finish(value, .request(record), Teardown.keptValue)
        }
    }
}
