// SPDX-License-Identifier: Apache-2.0

internal import ServerRules

/// An error that says which status a request ends with when no code catches it; other errors end as
/// 500.
///
/// The story goes to the error log, as that of any error: at level `warning` where the status says
/// that the client is to blame (400 to 499).
public protocol StatusError: Error {
    /// The status of the response: an HTTP error, 400 to 599.
    var status: Status { get }
}

/// A call to httpd, APR or the system that failed.
public struct ServerError: StatusError, Sendable, CustomStringConvertible {
    /// The error number, as APR gives it (`apr_status_t`); that of errno where the system failed.
    public let code: Int
    /// What was tried, in httpd's or APR's words: "open", "read".
    public let operation: String
    /// What it was tried on, such as a path.
    public let detail: String
    /// The status a request ends with when the error is not caught.
    public var status: Status { .internalServerError }
    /// APR's text for the code.
    public let message: String

    init(_ code: Int32, operation: String, detail: String) {
        self.code = Int(code)
        self.operation = operation
        self.detail = detail
        message = errorText(code)
    }

    /// Whether a connection's client has said nothing for its time.
    var isIdleClient: Bool { code == Int(APRStatus.timeUp) && detail == "connection" }

    /// Operation, detail and message in one line.
    public var description: String { "\(operation) \(detail): \(message)" }
}

/// The client has closed the connection; nothing that is written will reach it.
///
/// Corresponds to the `IOError` of a failed write in mod_python.
public struct ClientGone: Error, Sendable, CustomStringConvertible {
    init() {}

    /// "the client has closed the connection".
    public var description: String { "the client has closed the connection" }
}

/// The response is complete, as after ``Request/internalRedirect(_:)``: nothing can be sent behind it, which
/// would be taken for the next response.
public struct ResponseCompleteError: Error, Sendable, CustomStringConvertible {
    init() {}

    /// "the response is complete already".
    public var description: String { "the response is complete already" }
}

/// A name or value that may not stand in a header: it holds NUL, CR or LF, the name is empty, or it is about
/// what httpd does itself, such as `Transfer-Encoding`.
public struct RefusedValue: Error, Sendable, CustomStringConvertible {
    /// Where it was to be set, such as "headersOut".
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

    /// One sentence that says what to do.
    public var description: String { "\(place)[\"\(printable(name))\"] was not set: \(reason)" }
}

/// One of httpd's own filters has refused the body and answered the request.
struct AnsweredByHttpd: Error {
    /// What httpd wants to see of a handler then: AP_FILTER_ERROR.
    static let status = Status(rawValue: -102)
}

/// Stops at a mistake of the calling code, with a sentence that says which.
///
/// Not a precondition: in an optimised build that would stop without a word.
@inline(never)
func stop(_ sentence: String, file: StaticString = #fileID, line: UInt = #line) -> Never {
    Swift.fatalError(sentence, file: file, line: line)
}

/// Text as it may appear in one line of a log.
func printable(_ text: String) -> String { LogText.printable(text) }
