// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPD {
    /// A place in the error log, to be given to ``errorLog(since:)``.
    public struct LogMark: Sendable {
        let line: Int
    }

    /// The end of the error log as it is now.
    ///
    /// - Returns: A place for ``errorLog(since:)``.
    public func logMark() -> LogMark { LogMark(line: log.mark()) }

    /// The whole error log.
    ///
    /// - Returns: Its text, empty when there is none yet.
    public func errorLog() -> String { log.text(since: 0) }

    /// The error log from a place on.
    ///
    /// - Parameter mark: A place that ``logMark()`` gave.
    /// - Returns: Its text.
    public func errorLog(since mark: LogMark) -> String { log.text(since: mark.line) }

    /// What the server wrote to its standard output, and to standard error before its error log
    /// was open.
    ///
    /// - Returns: The text since the last start.
    public func output() -> String { directory.outputText() }

    /// Waits for a line in the error log and takes it from the unexpected ones.
    ///
    /// Name a message by its code where it has one: `"MSW0123"`, `"AH00124"`. Each call takes lines
    /// that no call took before; their level does not matter.
    ///
    /// - Parameters:
    ///   - text: What the line contains.
    ///   - times: How many such lines are expected.
    ///   - limit: How long to wait for them.
    /// - Throws: ``HTTPDError`` when there are fewer lines in time.
    public func expectLog(
        containing text: String, times: Int = 1, within limit: Duration = .seconds(5)
    ) throws {
        let found = Deadline(after: limit).wait { log.take(times, containing: text) }
        guard !found else { return }
        throw HTTPDError(
            .missingLog, "\(times) line(s) with \"\(text)\" expected in the error log, which says:",
            log: errorLog())
    }

    /// Takes every line with a text from the unexpected ones, whether there are any or not, now and
    /// later.
    ///
    /// - Parameter text: What the lines contain.
    public func allowLog(containing text: String) { log.allow(text) }

    /// Every line of the error log that should not be there.
    ///
    /// That is: level warn and up, a child that died by a signal (which httpd calls a notice), or
    /// something that was written past httpd's log, such as a message of the Swift runtime; and
    /// neither expected nor allowed by the test.
    ///
    /// - Returns: The lines, in order.
    public func unexpectedLogLines() -> [String] {
        log.unexpected(includingUnfinished: !isRunning)
    }

    /// Throws when the error log holds what should not be there.
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
