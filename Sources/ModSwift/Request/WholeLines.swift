// SPDX-License-Identifier: Apache-2.0

/// Sees to it that what is given as a line is a whole one, however it was read.
struct WholeLines {
    /// What follows a line that was too long is the rest of it, and no line.
    private var failure: LineTooLongError?

    /// How many bytes to read for a line of at most `limit` bytes: its line break must be among them.
    ///
    /// - Throws: ``LineTooLongError`` where the reader is within a line that was too long.
    func room(for limit: Int) throws -> Int {
        if limit <= 0 { stop("A line was to be read by \(limit) bytes") }
        if let failure { throw failure }
        return limit > .max - 2 ? .max : limit + 2
    }

    /// A line that was read with that much room, without its line break.
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

    /// The content as text; invalid UTF-8 is repaired.
    mutating func text(of line: [UInt8], limit: Int) throws -> String {
        String(decoding: try content(of: line, limit: limit), as: UTF8.self)
    }
}
