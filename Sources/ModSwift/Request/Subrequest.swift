// SPDX-License-Identifier: Apache-2.0

/// A request that httpd makes within another: to find out what it would do with a URI or a file, or
/// to include the response in that of the main request.
///
/// ```swift
/// let page = try req.lookUp(uri: "/parts/head.html")
/// if page.status == .ok { try page.run() }
/// ```
///
/// A lookup runs all phases except the content phase: translation, access, type. The subrequest
/// ends with the last reference to it, unless it was run or its ``request`` was read: then it ends
/// with the request that it was made for. Later use stops the process with a message that explains
/// the misuse.
///
/// Corresponds to `ap_sub_req_method_uri`, `ap_sub_req_lookup_file` and `ap_run_sub_req`.
public final class Subrequest {
    /// Whether the record has been freed; set by the record's own cleanup.
    private final class Life {
        var isOver = false
    }

    private let main: Request
    private let own: Request
    private let tap: SubrequestOutputFilter
    private let life = Life()
    /// Whether references to objects of the record may still exist: it then ends with the main
    /// request.
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

    // MARK: Results of the lookup

    /// The result of the lookup: 200 if it can be run, or 403, 301 … A missing file is not an error
    /// at this point, because a handler may not need one: see ``fileExists``. After it has run: the
    /// status of its response.
    public var status: HTTPStatus { outcome ?? own.status }

    /// The path of its URI; empty for a lookup of a file that has none.
    public var uri: String { own.uri }

    /// Whether there is a file, or a directory, at ``filename``.
    public var fileExists: Bool { own.live.hasFile }

    /// The file that it refers to, whether it exists or not; nil if the URI refers to none.
    public var filename: String? { own.filename }

    /// The part of its URI after the file; nil if there is none.
    public var pathInfo: String? { own.pathInfo }

    /// Its content type, as far as it is known before it has run.
    public var contentType: String? { own.contentType }

    /// The request object, with headers, notes and environment. Its ``Request/main`` is the request
    /// that it was made for.
    ///
    /// Reading it keeps the subrequest, and its memory, until the end of the main request.
    public var request: Request {
        isKept = true
        return own
    }

    // MARK: Running

    /// Runs it: its output becomes part of the main request's response, after the output so far.
    /// Its headers do not; they are in ``request``.
    ///
    /// Does not run anything if the status of the lookup is not 200. Keeps the subrequest until the
    /// end of the main request.
    ///
    /// - Returns: Its status.
    /// - Throws: ``SubrequestError`` if it has already run, or if the main request's response is
    ///   complete; ``ClientGone``.
    ///
    /// Corresponds to `ap_run_sub_req`.
    @discardableResult
    public func run() throws -> HTTPStatus {
        guard !main.live.response.isOver else { throw SubrequestError(.answerIsComplete, uri) }
        return try run(.passing)
    }

    /// Runs it and returns its output, instead of sending it.
    ///
    /// Check ``status`` afterwards: after an error, the output is empty or an error document. Does
    /// not run anything if the status of the lookup is not 200.
    ///
    /// - Parameter limit: The maximum output in bytes.
    /// - Throws: ``SubrequestError`` if the output is larger, or if it has already run.
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
        // A value that is not a status comes from a filter: the client has disconnected, or the
        // output was too large.
        outcome = status.rawValue < 100 ? .internalServerError : status
        if status.rawValue < 100, case .passing = mode { try main.checkClient() }
        return outcome ?? status
    }
}

/// A text that is not allowed in a request.
private struct RefusedLookUp: Error {}

/// The reason why a subrequest cannot be run.
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

    /// Whether the output exceeded the limit.
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
    /// Finds out what httpd would do with a URI of this server.
    ///
    /// ```swift
    /// let target = try req.lookUp(uri: "/private/a.html")
    /// let mayRead = target.status == .ok
    /// ```
    ///
    /// - Parameters:
    ///   - uri: A path, with its query if it has one, escaped; a path without a leading slash is
    ///     relative to this request's.
    ///   - method: The method that the phases see, "GET", "HEAD" … A subrequest has no body.
    /// - Returns: The subrequest; its ``Subrequest/status`` shows whether it can be run. The status
    ///   is 500 if subrequests are nested more deeply than `LimitInternalRecursion` allows.
    /// - Throws: ``RefusedValue`` if URI or method contains NUL, CR or LF.
    ///
    /// Corresponds to `ap_sub_req_method_uri`.
    public func lookUp(uri: String, method: String = "GET") throws -> Subrequest {
        do throws(RefusedLookUp) {
            return try Subrequest(of: self) { $0.lookUp(uri: uri, method: method) }
        } catch {
            throw RefusedValue(place: "lookUp", name: uri)
        }
    }

    /// Finds out what httpd would do with a file, as if a URI had been translated to it.
    ///
    /// - Parameter file: A path, absolute or relative to the directory of this request's file.
    /// - Returns: The subrequest; its ``Subrequest/status`` shows whether it can be run.
    /// - Throws: ``RefusedValue`` if the path contains NUL, CR or LF; ``SubrequestError`` before
    ///   this request's own file is known.
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

    /// Whether a client sent it: it is neither a subrequest nor the target of an internal redirect.
    ///
    /// Corresponds to `ap_is_initial_req`.
    public var isInitial: Bool { live.isInitial }
}
