// SPDX-License-Identifier: Apache-2.0

/// A request, and the response to it.
///
/// There is one object for each of httpd's requests; all phases of the request get the same object.
/// It is used by one thread at a time, though not always the same, and is valid until the request
/// ends: later use stops the process with a message that explains the misuse.
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

    /// The current phase. `req.phase`.
    public private(set) var phase: Phase = .content

    /// The current httpd hook: the phase, except for the initial phase, which two hooks run. The
    /// first hook while no handler has been called: a subrequest may read it before that.
    private(set) var hook: Phase = .postReadRequest

    /// Whether a handler has set ``contentType``; false if the type is httpd's own guess.
    /// `req._content_type_set`.
    public internal(set) var isContentTypeSet = false

    /// The number of bytes of the body that handlers have written, including those that httpd still
    /// buffers. `req._bytes_queued`.
    public internal(set) var bytesQueued = 0

    /// The destination of output: each write makes one comparison.
    enum Output: UInt8 {
        case open
        /// The request that this one was redirected to, which produces the response.
        case redirected
        /// None: the response is complete, or the client has disconnected.
        case closed
    }

    private(set) var output = Output.open

    /// The modules whose current versions this request has used.
    var met = MetVersions()

    @inline(__always)
    init(_ record: RequestRecord) { self.record = record }

    /// The object of a record, created at the first call.
    static func of(_ record: RequestRecord) -> Request { record.withObject { $0 } }

    /// Called when it has become the object of its record.
    @inline(never)
    func takePlace(_ record: RequestRecord) {
        if record.isSubrequest { Self.tellMain(of: record) }
        if record.next != nil { output = .redirected }
        if let previous = record.previous?.object, previous.output == .open {
            previous.output = .redirected
        }
        // httpd suppresses the body of a HEAD response only if it is passed on together with the
        // head.
        if record.isHeaderOnly, record.isStream { ResponseGuard.begin(for: record) }
    }

    /// httpd's record; stops the process if the request has ended.
    @inline(__always)
    var live: RequestRecord {
        guard let record else {
            stop(
                "A request was used after it had ended. Keep what you need of it in values of your "
                    + "own while it is being handled.")
        }
        return record
    }

    /// Whether its record has been freed.
    var hasEnded: Bool { record == nil }

    /// Begins a phase.
    @inline(__always)
    func enter(_ phase: Phase, in hook: Phase) {
        self.phase = phase
        self.hook = hook
        if phase == .log || phase == .cleanup { output = .closed }
    }

    /// Makes later output go nowhere.
    ///
    /// - Parameter cut: Whether the response was cut off.
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

    /// Whether the response has been sent, so that output goes nowhere.
    var isOver: Bool { phase == .log || phase == .cleanup }

    /// State that most requests never need; created at the first access.
    var state: RequestState {
        if let madeState { return madeState }
        let state = RequestState()
        madeState = state
        return state
    }

    /// The state, if it has been created.
    var stateIfAny: RequestState? { madeState }

    /// Registers ``cleanUp()`` to be called at the end.
    func cleanUpLater() {
        guard !state.cleansUp else { return }
        state.cleansUp = true
        live.cleanUpLater(self)
    }

    /// Called after the log phase: runs the cleanups, then the cleanup handlers.
    func cleanUp() {
        enter(.cleanup, in: .cleanup)
        state.runCleanups(of: live)
        Dispatcher.cleanUp(self)
        // Cleanups that a cleanup handler has registered.
        state.runCleanups(of: live)
    }

    /// Ends the request; called by the cleanup of the request's pool.
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
