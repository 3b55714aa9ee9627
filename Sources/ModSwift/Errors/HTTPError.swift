// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// A status with a message and headers, thrown when a handler cannot continue.
///
/// ```swift
/// guard let order = try find(id) else { throw HTTPError(.notFound, "there is no order \(id)\n") }
/// throw HTTPError(.conflict, "try again\n", headers: ["Retry-After": "5"])
/// ```
///
/// The message is the body of the response, as `text/plain; charset=utf-8` unless the headers
/// include a Content-Type. `ErrorDocument` is not used then; without a message, the response is
/// that of a thrown ``Status``, with the headers. Like a thrown status, it is a decision of the
/// handler and is not logged. If the response has already begun, it is cut off, and that is logged.
///
/// It may be thrown in every phase of a request and in its filters. Where there is no response (in
/// a connection handler, in a cleanup) it is handled like any other error.
public struct HTTPError: Error, Sendable, CustomStringConvertible {
    /// The status of the response: 300 to 599.
    public let status: Status
    /// The body; empty for httpd's own.
    public let message: String
    /// Headers of the response, in order; a name may occur several times.
    public let headers: [(name: String, value: String)]

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - status: An error or a redirect, 300 to 599; any other status ends the request as 500.
    ///   - message: The body of the response; empty for httpd's own document, and `ErrorDocument`.
    ///   - headers: Further headers. A value that HTTP does not allow ends the request as 500.
    public init(
        _ status: Status, _ message: String = "", headers: KeyValuePairs<String, String> = [:]
    ) {
        self.status = status
        self.message = message
        self.headers = headers.map { (name: $0.key, value: $0.value) }
    }

    /// The status and the message.
    public var description: String { message.isEmpty ? "\(status)" : "\(status): \(message)" }
}

extension ErrorReporter {
    /// Turns an author's error into the response to a request.
    ///
    /// - Returns: The status that the phase ends with.
    static func respond(with error: HTTPError, request: Request, phase: Phase, handler: String)
        -> Status
    {
        let record = request.live
        guard phase != .log, phase != .cleanup else { return .ok }
        if phase == .authen, error.status == .unauthorized,
            record.configuration?.isAuthoritative == false
        {
            return error.status
        }
        guard record.response == .notBegun else { return error.status }
        if let failure = prepare(error, request) {
            return respond(to: failure, request: request, phase: phase, handler: handler)
        }
        guard !error.message.isEmpty else { return error.status }
        if error.status == .unauthorized { record.refuseCredentials(phase) }
        record.discardBuffered()
        if request.bytesQueued > 0 { record.forgetKeptBody() }
        beginDocument(error, request)
        request.write(error.message)
        return .done
    }

    /// Decides how the response ends when its filter has thrown an author's error.
    static func failure(_ error: HTTPError, of filter: Filter) -> FilterFailure {
        let request = filter.req
        guard !request.live.hasSentHead else {
            return FilterFailure(status: error.status, page: nil)
        }
        if let failure = prepare(error, request) { return self.failure(failure, of: filter) }
        if error.message.isEmpty || filter.isInput {
            return FilterFailure(status: error.status, page: nil)
        }
        beginDocument(error, request)
        return FilterFailure(status: error.status, page: error.message)
    }

    /// Sets the headers.
    ///
    /// - Returns: A failure if the error is invalid.
    static func prepare(_ error: HTTPError, _ request: Request) -> HandlerFailure? {
        guard (300...599).contains(error.status.rawValue) else {
            return .invalidStatus(error.status)
        }
        let headers = error.headers.filter { !namesAreEqual($0.name, "Content-Type") }
        request.errHeadersOut.update(headers.map { ($0.name, $0.value) })
        if error.status == .methodNotAllowed { request.sendAllow() }
        return request.stateIfAny?.takeMisuse().map { .mistake($0) }
    }

    private static func beginDocument(_ error: HTTPError, _ request: Request) {
        request.live.discardContentHeaders()
        request.status = HTTPStatus(rawValue: error.status.rawValue)
        request.contentType =
            error.headers.last { namesAreEqual($0.name, "Content-Type") }?.value
            ?? "text/plain; charset=utf-8"
    }
}
