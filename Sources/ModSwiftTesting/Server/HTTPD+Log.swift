// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPD {
    /// A position in the error log, for ``errorLog(since:)``.
    public struct LogMark: Sendable {
        let line: Int
    }

    /// Returns the current end of the error log.
    ///
    /// - Returns: A position for ``errorLog(since:)``.
    public func logMark() -> LogMark { LogMark(line: log.mark()) }

    /// Returns the whole error log.
    ///
    /// - Returns: Its text, empty if there is none yet.
    public func errorLog() -> String { log.text(since: 0) }

    /// Returns the error log from a position on.
    ///
    /// - Parameter mark: A position from ``logMark()``.
    /// - Returns: Its text.
    public func errorLog(since mark: LogMark) -> String { log.text(since: mark.line) }

    /// Returns the server's output to its standard output, and to standard error before its error
    /// log was opened.
    ///
    /// - Returns: The text since the last start.
    public func output() -> String { directory.outputText() }

    /// Waits for a line in the error log and removes it from the unexpected ones.
    ///
    /// Identify a message by its id if it has one: `"MSW0123"`, `"AH00124"`. Each call takes lines
    /// that no earlier call has taken; their level does not matter.
    ///
    /// - Parameters:
    ///   - text: A text that the line contains.
    ///   - times: The expected number of such lines.
    ///   - limit: The maximum time to wait for them.
    /// - Throws: ``HTTPDError`` if there are fewer lines within that time.
    public func expectLog(
        containing text: String, times: Int = 1, within limit: Duration = .seconds(120)
    ) throws {
        let found = Deadline(after: limit).wait { log.take(times, containing: text) }
        guard !found else { return }
        throw HTTPDError(
            .missingLog, "\(times) line(s) with \"\(text)\" expected in the error log, which says:",
            log: errorLog())
    }

    /// Removes every line that contains a text from the unexpected ones, whether there are any or
    /// not, now and later.
    ///
    /// - Parameter text: A text that the lines contain.
    public func allowLog(containing text: String) { log.allow(text) }

    /// Returns every unexpected line of the error log.
    ///
    /// These are lines of level warn and up, a child that died by a signal (which httpd logs as a
    /// notice), and output that did not go through httpd's log, such as a message of the Swift
    /// runtime, unless the test has expected or allowed them.
    ///
    /// - Returns: The lines, in order.
    public func unexpectedLogLines() -> [String] {
        log.unexpected(includingUnfinished: !isRunning)
    }

    /// Throws if the error log contains unexpected lines.
    ///
    /// - Throws: ``HTTPDError`` with the lines.
    public func checkLog() throws {
        let lines = unexpectedLogLines()
        guard !lines.isEmpty else { return }
        throw HTTPDError(
            .unexpectedLog, "\(lines.count) unexpected line(s) in the error log:",
            log: lines.joined(separator: "\n"))
    }
}
