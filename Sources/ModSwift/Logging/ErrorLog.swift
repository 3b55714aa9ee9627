// SPDX-License-Identifier: Apache-2.0

/// Access to the error log that may be stored, and used on any thread.
///
/// A ``Request`` may be used neither after its end nor on a second thread; its ``Request/errorLog``
/// may. Lines that are written during the request, on its thread, are lines of the request, with
/// everything that `ErrorLogFormat` shows of it. Other lines go to the server's log and begin with
/// the client's address and, if known, the request's id.
///
/// ```swift
/// let log = req.errorLog
/// Task.detached { log.write("done", level: .info) }
/// ```
///
/// mod_python has no equivalent.
public struct ErrorLog: Sendable {
    private let request: RequestLog?

    /// The least severe level that is written: the value of `LogLevel` when this was created, for
    /// the request's directory or for the main server.
    public let level: LogLevel

    /// The main server's error log, for code that has no request.
    public static var main: ErrorLog {
        ErrorLog(request: nil, level: MainServer.record?.logLevelOfModule ?? .warning)
    }

    fileprivate init(_ request: Request) {
        self.init(request: request.log, level: request.live.logLevelOfModule)
    }

    private init(request: RequestLog?, level: LogLevel) {
        self.request = request
        self.level = level
    }

    /// Writes one line to the error log, unless it is less severe than ``level``.
    ///
    /// - Parameters:
    ///   - text: httpd writes a line break in it as `\n`. Text longer than about 6,000 bytes
    ///     continues in further lines, which begin with "...".
    ///   - level: The severity.
    ///   - file: The caller's file, as `#fileID`.
    ///   - line: The caller's line.
    public func write(
        _ text: String, level: LogLevel, file: String = #fileID, line: UInt = #line
    ) {
        guard level <= self.level else { return }
        // httpd would end the line at a NUL.
        let text =
            text.utf8.contains(0)
            ? text.split(separator: "\0", omittingEmptySubsequences: false).joined(separator: "\\0")
            : text
        let file = authored(file)
        if let request {
            request.write(text, level: level, file: file, line: line)
        } else {
            MainServer.record?.logLine(text, level: level, file: file, line: line)
        }
    }
}

extension Request {
    /// The error log of this request; it may outlive the request.
    public var errorLog: ErrorLog { ErrorLog(self) }

    fileprivate var log: RequestLog {
        if let log = state.log {
            log.adopt()
            return log
        }
        let log = RequestLog(live)
        state.log = log
        return log
    }
}
