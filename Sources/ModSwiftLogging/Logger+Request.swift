// SPDX-License-Identifier: Apache-2.0

public import Logging
public import ModSwift

extension Request {
    /// A logger whose records become lines of this request in the error log. It may be stored, and
    /// used on any thread; see ``ModSwift/ErrorLog``.
    ///
    /// Its level is that of `LogLevel` for the request's directory.
    public var logger: Logger {
        let log = errorLog
        return Logger(label: "request") { _ in ErrorLogHandler(label: "", log: log) }
    }
}

extension Logger {
    /// Creates a logger like ``ModSwift/Request/logger``, with a label at the beginning of each
    /// message.
    public init(label: String, request: Request) {
        let log = request.errorLog
        self.init(label: label) { ErrorLogHandler(label: $0, log: log) }
    }
}
