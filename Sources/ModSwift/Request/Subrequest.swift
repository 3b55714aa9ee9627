// SPDX-License-Identifier: Apache-2.0

/// A request that httpd makes within another: to ask what it would do with a URI or a file, or to
/// have the response become part of this one's.
///
/// ```swift
/// let page = try req.lookUp(uri: "/parts/head.html")
/// if page.status == .ok { try page.run() }
/// ```
///
/// Looking up runs all phases but the content: translation, access, type. It ends with the last
/// reference to it, unless it was run or its ``request`` was asked for: then it ends with the
/// request it was made for. Using it later stops with a sentence that says so.
///
/// Corresponds to `ap_sub_req_method_uri`, `ap_sub_req_lookup_file` and `ap_run_sub_req`.
public final class Subrequest {
    /// Whether the record is gone; told by the record's own end.
    private final class Life {
        var isOver = false
    }

    private let main: Request
    private let own: Request
    private let tap: SubrequestOutputFilter
    private let life = Life()
    /// Somebody may still hold what belongs to the record: it ends with the main request.
    private var isKept = false
    private var outcome: HTTPStatus?

    fileprivate init(
        of main: Request, _ lookUp: (SubrequestOutputFilter) -> RequestRecord?
    ) throws(RefusedLookUp) {
        let tap = SubrequestOutputFilter(main: main.live)
        guard let record = lookUp(tap) else { throw RefusedLookUp() }
        self.main = main
        self.tap = tap
        own = Request.of(record)
        own.registerCleanup { [tap, life] in
            tap.mode = .closed
            life.isOver = true
        }
    }

    deinit {
        if !life.isOver, !isKept { own.live.destroySubrequest() }
    }

    // MARK: What was found

    /// What looking up came to: 200 where it can be run, or 403, 301 … A file that is not there is
    /// no error yet, as a handler may need none: see ``fileExists``. After it has run: the status
    /// of its answer.
    public var status: HTTPStatus { outcome ?? own.status }

    /// The path of its URI; empty for a file that has none.
    public var uri: String { own.uri }

    /// Whether there is a file, or a directory, at ``filename``.
    public var fileExists: Bool { own.live.hasFile }

    /// The file it leads to, whether there is one or not; nil where the URI leads to none.
    public var filename: String? { own.filename }

    /// What follows the file in its URI; nil where nothing does.
    public var pathInfo: String? { own.pathInfo }

    /// Its type, as far as it is known before it has run.
    public var contentType: String? { own.contentType }

    /// The whole of it, with headers, notes and environment. There ``Request/main`` is the request
    /// that it was made for.
    ///
    /// Asking for it keeps the subrequest, and its memory, to the end of the main request.
    public var request: Request {
        isKept = true
        return own
    }

    // MARK: Running

    /// Runs it: what it writes becomes part of the main request's response, behind what was written
    /// before. Its headers do not; they are in ``request``.
    ///
    /// Nothing is run where looking up came to another status than 200. It is kept to the end of
    /// the main request from now on.
    ///
    /// - Returns: Its status.
    /// - Throws: ``SubrequestError`` when it has run before, or when the main request's response is
    ///   complete; ``ClientGone``.
    ///
    /// Corresponds to `ap_run_sub_req`.
    @discardableResult
    public func run() throws -> HTTPStatus {
        guard !main.live.response.isOver else { throw SubrequestError(.answerIsComplete, uri) }
        return try run(.passing)
    }

    /// Runs it and returns what it writes, instead of sending it.
    ///
    /// Look at ``status`` afterwards: an error writes nothing, or a page that tells of it. Nothing
    /// is run where looking up came to another status than 200.
    ///
    /// - Parameter limit: The most to keep, in bytes.
    /// - Throws: ``SubrequestError`` when it writes more, or has run before.
    public func output(limit: Int = 1 << 20) throws -> [UInt8] {
        try run(.keeping(limit: limit))
        guard !tap.isOver else { throw SubrequestError(.outputTooLarge(limit: limit), uri) }
        return tap.takeBytes()
    }

    @discardableResult
    private func run(_ mode: SubrequestOutputFilter.Mode) throws -> HTTPStatus {
        guard outcome == nil else { throw SubrequestError(.hasRun, uri) }
        guard status == .ok else { return status }
        isKept = true
        tap.mode = mode
        defer { tap.mode = .closed }
        let result = own.live.runSubrequest()
        let status = result == 0 ? own.status : HTTPStatus(rawValue: Int(result))
        // What is no status comes from a filter: the client has gone, or there was too much.
        outcome = status.rawValue < 100 ? .internalServerError : status
        if status.rawValue < 100, case .passing = mode { try main.checkClient() }
        return outcome ?? status
    }
}

/// A text that may not stand in a request.
private struct RefusedLookUp: Error {}

/// What keeps a subrequest from being run.
public struct SubrequestError: Error, Sendable, CustomStringConvertible {
    enum Reason: Sendable {
        case hasRun
        case answerIsComplete
        case outputTooLarge(limit: Int)
        case noFilename
    }

    private let reason: Reason
    /// The path of the subrequest's URI, or its file.
    public let uri: String

    init(_ reason: Reason, _ uri: String) {
        self.reason = reason
        self.uri = uri
    }

    /// Whether it wrote more than was to be kept.
    public var isTooLarge: Bool {
        if case .outputTooLarge = reason { true } else { false }
    }

    /// One sentence that says what happened.
    public var description: String {
        let text = printable(uri)
        return switch reason {
        case .hasRun: "the subrequest \(text) has run; look it up again to run it again"
        case .answerIsComplete:
            "the subrequest \(text) was run after the response was complete"
        case .outputTooLarge(let limit):
            "the subrequest \(text) wrote more than the \(limit) bytes that were to be kept"
        case .noFilename:
            "\(text) was to be looked up beside the request's file before that was known; look "
                + "files up in a later phase"
        }
    }
}

extension Request {
    /// Looks up what httpd would do with a URI of this server.
    ///
    /// ```swift
    /// let target = try req.lookUp(uri: "/private/a.html")
    /// let mayRead = target.status == .ok
    /// ```
    ///
    /// - Parameters:
    ///   - uri: A path, with its query if it has one, escaped; one without a leading slash is
    ///     relative to this request's.
    ///   - method: "GET", "HEAD" … as the phases see it. A subrequest has no body.
    /// - Returns: The subrequest; whether it can be run is its ``Subrequest/status``. That is 500
    ///   where subrequests lie within each other deeper than `LimitInternalRecursion` allows.
    /// - Throws: ``RefusedValue`` when URI or method holds NUL, CR or LF.
    ///
    /// Corresponds to `ap_sub_req_method_uri`.
    public func lookUp(uri: String, method: String = "GET") throws -> Subrequest {
        do throws(RefusedLookUp) {
            return try Subrequest(of: self) { $0.lookUp(uri: uri, method: method) }
        } catch {
            throw RefusedValue(place: "lookUp", name: uri)
        }
    }

    /// Looks up what httpd would do with a file, as if a URI had led to it.
    ///
    /// - Parameter file: A path, absolute or relative to the directory of this request's file.
    /// - Returns: The subrequest; whether it can be run is its ``Subrequest/status``.
    /// - Throws: ``RefusedValue`` when the path holds NUL, CR or LF; ``SubrequestError`` before this
    ///   request's own file is known.
    ///
    /// Corresponds to `ap_sub_req_lookup_file`.
    public func lookUp(file: String) throws -> Subrequest {
        guard filename != nil else { throw SubrequestError(.noFilename, file) }
        do throws(RefusedLookUp) {
            return try Subrequest(of: self) { $0.lookUp(file: file) }
        } catch {
            throw RefusedValue(place: "lookUp", name: file)
        }
    }

    /// Whether a client made it: it is neither a subrequest nor was it redirected to.
    ///
    /// Corresponds to `ap_is_initial_req`.
    public var isInitial: Bool { live.isInitial }
}
