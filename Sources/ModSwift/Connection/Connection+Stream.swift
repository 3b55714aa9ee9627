// SPDX-License-Identifier: Apache-2.0
//
// For connection handlers: a request reads its body, and writes its answer, itself.

extension Connection {
    /// Reads what the client sends, as soon as there is some.
    ///
    /// - Parameter limit: The most to read, in bytes.
    /// - Returns: At least one byte; nil when the client has ended its side.
    /// - Throws: ``ClientGone`` when the connection broke; ``ServerError`` otherwise, as after
    ///   ``timeout`` without a byte.
    ///
    /// Corresponds to `conn.read()` in mod_python; to `ap_get_brigade`.
    public func read(_ limit: Int = 65_536) throws -> [UInt8]? {
        if limit <= 0 { stop("A connection was to be read by \(limit) bytes") }
        return try stream.read(limit)
    }

    /// Reads a line, its line feed included.
    ///
    /// - Parameter limit: The most to read, in bytes; a longer line comes in parts, of which
    ///   only the last ends with a line feed.
    /// - Returns: The line; the last one may have no line feed. Nil when the client has ended its
    ///   side.
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `conn.readline()` in mod_python (N4-39 put right).
    public func readLine(_ limit: Int = 65_536) throws -> [UInt8]? {
        if limit <= 0 { stop("A connection was to be read by a line of \(limit) bytes") }
        return try stream.readLine(limit)
    }

    /// Reads a line as text, without its line break; nil when the client has ended its side.
    ///
    /// - Parameter limit: The longest line that is taken, in bytes, its line break not counted.
    /// - Throws: ``LineTooLongError``; otherwise as ``read(_:)``.
    public func readLineString(_ limit: Int = 65_536) throws -> String? {
        guard let line = try stream.readLine(try stream.wholeLines.room(for: limit)) else {
            return nil
        }
        return try stream.wholeLines.text(of: line, limit: limit)
    }

    /// Reads all that comes until the client ends its side.
    ///
    /// - Parameter limit: The most to read, in bytes.
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `conn.read(-1)` in mod_python as it was documented (N4-39).
    public func readToEnd(limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit, let part = try stream.read(limit - bytes.count) { bytes += part }
        return bytes
    }

    /// Writes text, as UTF-8, and sends it at once. Never throws; what is written after the
    /// connection broke is dropped, and ``checkClient()`` tells.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - flush: false leaves it where more will gather, until ``flush()``, a later write or the end
    ///     of the handler.
    ///
    /// Corresponds to `conn.write()` in mod_python.
    public func write(_ text: String, flush: Bool = true) {
        write(utf8: text)
        if flush { stream.flush() }
    }

    /// Writes text, as UTF-8.
    public func write(_ text: Substring, flush: Bool = true) {
        write(sequence: text.utf8)
        if flush { stream.flush() }
    }

    /// Writes bytes.
    public func write(_ bytes: [UInt8], flush: Bool = true) {
        write(array: bytes)
        if flush { stream.flush() }
    }

    /// Writes bytes, such as those of a slice, of `text.utf8` or of Foundation's `Data`.
    public func write(_ bytes: some Sequence<UInt8>, flush: Bool = true) {
        write(sequence: bytes)
        if flush { stream.flush() }
    }

    /// Writes bytes.
    public func write(_ bytes: borrowing Span<UInt8>, flush: Bool = true) {
        write(borrowed: bytes)
        if flush { stream.flush() }
    }

    /// Writes bytes.
    public func write(_ bytes: borrowing RawSpan, flush: Bool = true) {
        write(borrowed: bytes)
        if flush { stream.flush() }
    }

    /// Sends what was written with `flush: false`.
    ///
    /// - Throws: ``ClientGone`` when the connection broke.
    public func flush() throws {
        stream.flush()
        try checkClient()
    }

    /// Asks whether what was written has gone out, as far as httpd knows.
    ///
    /// - Throws: ``ClientGone`` when the connection broke.
    public func checkClient() throws {
        if stream.failure != 0 || isAborted { throw ClientGone() }
    }

    /// How long a read or a write waits for the client, in seconds: `Timeout`, unless it is set.
    public var timeout: Double {
        get { live.timeout ?? 0 }
        set { live.timeout = newValue }
    }
}
