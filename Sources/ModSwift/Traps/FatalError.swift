// SPDX-License-Identifier: Apache-2.0

/// Ends the request with status 500, because the handler's code has found a mistake in itself.
///
/// It is Swift's own `fatalError`, and names the file by its path: in the log the message begins with
/// "/srv/www/app.swift:12:", and not with the name that the compiled module has. As for any trap, the code
/// is left where it stands; for what may happen in a correct program, use `throw`.
///
/// ```swift
/// guard let table = tables[name] else { fatalError("no table \(name)") }
/// ```
///
/// - Parameters:
///   - message: What is wrong, for the error log.
///   - file: The caller's file.
///   - line: The caller's line.
public func fatalError(
    _ message: @autoclosure () -> String = String(), file: StaticString = #filePath,
    line: UInt = #line
) -> Never {
    Swift.fatalError(message(), file: (file), line: line)
}
