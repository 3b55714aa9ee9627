// SPDX-License-Identifier: Apache-2.0

internal import ServerRules

/// An error with the status that the request ends with if it is not caught; other errors end the
/// request as 500.
///
/// Like any error, it is logged: at level `warning` if the status is a client error (400 to 499).
public protocol StatusError: Error {
    /// The status of the response: an HTTP error, 400 to 599.
    var status: Status { get }
}

/// A call to httpd, APR or the system that failed.
public struct ServerError: StatusError, Sendable, CustomStringConvertible {
    /// The error number, as APR returns it (`apr_status_t`); the value of errno if the system
    /// failed.
    public let code: Int
    /// The operation that failed, in httpd's or APR's terms: "open", "read".
    public let operation: String
    /// The object of the operation, such as a path.
    public let detail: String
    /// The status that the request ends with if the error is not caught.
    public var status: Status { .internalServerError }
    /// APR's text for the code.
    public let message: String

    init(_ code: Int32, operation: String, detail: String) {
        self.code = Int(code)
        self.operation = operation
        self.detail = detail
        message = errorText(code)
    }

    /// Whether the client of a connection has sent nothing within the timeout.
    var isIdleClient: Bool { code == Int(APRStatus.timeUp) && detail == "connection" }

    /// Operation, detail and message in one line.
    public var description: String { "\(operation) \(detail): \(message)" }
}

/// The client has closed the connection; further output will not reach it.
///
/// Corresponds to the `IOError` of a failed write in mod_python.
public struct ClientGone: Error, Sendable, CustomStringConvertible {
    init() {}

    /// "the client has closed the connection".
    public var description: String { "the client has closed the connection" }
}

/// The response is complete, as after ``Request/internalRedirect(_:)``: further output cannot be
/// sent, because the client would take it for the next response.
public struct ResponseCompleteError: Error, Sendable, CustomStringConvertible {
    init() {}

    /// "the response is complete already".
    public var description: String { "the response is complete already" }
}

/// A name or value that is not allowed in a header: it contains NUL, CR or LF, the name is empty,
/// or it is a header that httpd itself sets, such as `Transfer-Encoding`.
public struct RefusedValue: Error, Sendable, CustomStringConvertible {
    /// The table in which it was to be set, such as "headersOut".
    public let place: String
    /// The name of the header or field.
    public let name: String
    private let reason: String

    init(place: String, name: String, reason: String? = nil) {
        self.place = place
        self.name = name
        self.reason =
            reason
            ?? "a header's name and value must not hold NUL, CR or LF, and a name must not be empty"
    }

    /// One sentence that also says what to do.
    public var description: String { "\(place)[\"\(printable(name))\"] was not set: \(reason)" }
}

/// One of httpd's own filters has rejected the body and sent the response.
struct AnsweredByHttpd: Error {
    /// The status that httpd expects from a handler in this case: AP_FILTER_ERROR.
    static let status = Status(rawValue: -102)
}

/// Stops the process because of a mistake in the calling code, with a message that describes it.
///
/// Not a precondition: an optimised build would stop without a message.
@inline(never)
func stop(_ sentence: String, file: StaticString = #fileID, line: UInt = #line) -> Never {
    Swift.fatalError(sentence, file: file, line: line)
}

/// Returns text in the form in which it may appear in a line of a log.
func printable(_ text: String) -> String { LogText.printable(text) }
