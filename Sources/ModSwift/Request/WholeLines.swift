// SPDX-License-Identifier: Apache-2.0

/// Ensures that only whole lines are returned as lines, whichever function reads them.
struct WholeLines {
    /// The error of a line that was too long: what follows is its rest, not a line.
    private var failure: LineTooLongError?

    /// Returns the number of bytes to read for a line of at most `limit` bytes: its line break must
    /// be among them.
    ///
    /// - Throws: ``LineTooLongError`` if the reader is within a line that was too long.
    func room(for limit: Int) throws -> Int {
        if limit <= 0 { stop("A line was to be read by \(limit) bytes") }
        if let failure { throw failure }
        return limit > .max - 2 ? .max : limit + 2
    }

    /// Returns a line that was read with that limit, without its line break.
    ///
    /// - Throws: ``LineTooLongError``.
    mutating func content(of line: [UInt8], limit: Int) throws -> ArraySlice<UInt8> {
        var content = line[...]
        if content.last == UInt8(ascii: "\n") {
            content = content.dropLast()
            if content.last == UInt8(ascii: "\r") { content = content.dropLast() }
        }
        guard content.count <= limit else {
            let error = LineTooLongError(limit: limit)
            failure = error
            throw error
        }
        return content
    }

    /// Returns the content as text; invalid UTF-8 is repaired.
    mutating func text(of line: [UInt8], limit: Int) throws -> String {
        String(decoding: try content(of: line, limit: limit), as: UTF8.self)
    }
}
