// SPDX-License-Identifier: Apache-2.0

/// Ends the request with status 500, because the handler's code has detected a programming error.
///
/// It corresponds to Swift's own `fatalError`, but names the file by its path: the log message
/// begins with "/srv/www/app.swift:12:", instead of the name in the compiled module. As for any
/// trap, the code is left without unwinding; for errors that may occur in a correct program, use
/// `throw`.
///
/// ```swift
/// guard let table = tables[name] else { fatalError("no table \(name)") }
/// ```
///
/// - Parameters:
///   - message: The error, for the error log.
///   - file: The caller's file.
///   - line: The caller's line.
public func fatalError(
    _ message: @autoclosure () -> String = String(), file: StaticString = #filePath,
    line: UInt = #line
) -> Never {
    Swift.fatalError(message(), file: (file), line: line)
}
