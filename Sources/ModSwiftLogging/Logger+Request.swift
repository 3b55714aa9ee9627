// SPDX-License-Identifier: Apache-2.0

public import Logging
public import ModSwift

extension Request {
    /// A logger whose records are lines of this request in the error log. It may be kept, and used on
    /// any thread; see ``ModSwift/ErrorLog``.
    ///
    /// Its level is what `LogLevel` says at the place of the request.
    public var logger: Logger {
        let log = errorLog
        return Logger(label: "request") { _ in ErrorLogHandler(label: "", log: log) }
    }
}

extension Logger {
    /// Makes a logger like ``ModSwift/Request/logger``, with a label that begins each message.
    public init(label: String, request: Request) {
        let log = request.errorLog
        self.init(label: label) { ErrorLogHandler(label: $0, log: log) }
    }
}
