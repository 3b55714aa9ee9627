// SPDX-License-Identifier: Apache-2.0

/// A request, and the response to it.
///
/// There is one object for each of httpd's requests; every phase of the request gets the same. It
/// belongs to one thread at a time, though not always the same, and ends with the request: using it
/// later stops with a sentence that says so.
///
/// ```swift
/// func handler(_ req: Request) throws -> Status {
///     req.contentType = "text/plain"
///     req.write("You asked for \(req.uri)\n")
///     return .ok
/// }
/// ```
///
/// Corresponds to the request object of mod_python; to `request_rec`.
public final class Request {
    private var record: RequestRecord?
    private var madeState: RequestState?

    /// The phase that is running. `req.phase`.
    public private(set) var phase: Phase = .content

    /// The hook of httpd's that is running: the phase, save for the initial one, which two hooks run.
    /// The first of all while no handler was called: a subrequest may ask before one is.
    private(set) var hook: Phase = .postReadRequest

    /// Whether a handler has set ``contentType``; false where the type is httpd's own guess.
    /// `req._content_type_set`.
    public internal(set) var isContentTypeSet = false

    /// The bytes of the body that handlers have written, including those that httpd still holds.
    /// `req._bytes_queued`.
    public internal(set) var bytesQueued = 0

    /// Where what is written goes: one comparison on the way of each write.
    enum Output: UInt8 {
        case open
        /// To the request that this one was redirected to, whose response it is.
        case redirected
        /// Nowhere: the response is over, or the client has gone.
        case closed
    }

    private(set) var output = Output.open

    /// The modules that this request has met in their current versions.
    var met = MetVersions()

    @inline(__always)
    init(_ record: RequestRecord) { self.record = record }

    /// The object of a record, made when it is first asked for.
    static func of(_ record: RequestRecord) -> Request { record.withObject { $0 } }

    /// Called when it has become the object of its record.
    @inline(never)
    func takePlace(_ record: RequestRecord) {
        if record.isSubrequest { Self.tellMain(of: record) }
        if record.next != nil { output = .redirected }
        if let previous = record.previous?.object, previous.output == .open {
            previous.output = .redirected
        }
        // httpd keeps the body of HEAD back as long as it comes with the head.
        if record.isHeaderOnly, record.isStream { ResponseGuard.begin(for: record) }
    }

    /// httpd's record; stops when the request is over.
    @inline(__always)
    var live: RequestRecord {
        guard let record else {
            stop(
                "A request was used after it had ended. Keep what you need of it in values of your "
                    + "own while it is being handled.")
        }
        return record
    }

    /// Whether its record is gone.
    var hasEnded: Bool { record == nil }

    /// A phase begins.
    @inline(__always)
    func enter(_ phase: Phase, in hook: Phase) {
        self.phase = phase
        self.hook = hook
        if phase == .log || phase == .cleanup { output = .closed }
    }

    /// From now on what is written goes nowhere.
    ///
    /// - Parameter cut: The response was cut.
    @inline(never)
    func endOutput(cut: Bool = false) {
        output = .closed
        if cut { state.hasCutResponse = true } else { state.hasClientGone = true }
    }

    /// The response was completed by a request that this one was redirected to.
    func completeOutput() { output = .closed }

    /// The request whose response is sent: this one, or the last that it was redirected to.
    var responding: Request {
        guard output == .redirected else { return self }
        var last = live
        while let next = last.next { last = next }
        return Request.of(last)
    }

    /// Whether nothing that is written goes anywhere any more.
    var isOver: Bool { phase == .log || phase == .cleanup }

    /// What most requests never need.
    var state: RequestState {
        if let madeState { return madeState }
        let state = RequestState()
        madeState = state
        return state
    }

    /// The same, where there is none unless it was needed.
    var stateIfAny: RequestState? { madeState }

    /// Has ``cleanUp()`` called at the end.
    func cleanUpLater() {
        guard !state.cleansUp else { return }
        state.cleansUp = true
        live.cleanUpLater(self)
    }

    /// Called when the request was logged: its cleanups, then its cleanup handlers.
    func cleanUp() {
        enter(.cleanup, in: .cleanup)
        state.runCleanups(of: live)
        Dispatcher.cleanUp(self)
        // What a cleanup handler has registered.
        state.runCleanups(of: live)
    }

    /// Called by the cleanup of the request's pool: the end.
    func end() {
        if let state = madeState {
            state.end(of: record)
            madeState = nil
        }
        met = MetVersions()
        record?.detach()
        record = nil
    }
}
