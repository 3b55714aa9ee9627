// SPDX-License-Identifier: Apache-2.0
//
// For connection handlers: request handlers read the body and write the response through the
// request.

extension Connection {
    /// Returns bytes from the client as soon as there are some.
    ///
    /// - Parameter limit: The maximum number of bytes to read.
    /// - Returns: At least one byte; nil when the client has closed its side.
    /// - Throws: ``ClientGone`` when the connection broke; ``ServerError`` otherwise, as after
    ///   ``timeout`` without a byte.
    ///
    /// Corresponds to `conn.read()` in mod_python; to `ap_get_brigade`.
    public func read(_ limit: Int = 65_536) throws -> [UInt8]? {
        if limit <= 0 { stop("A connection was to be read by \(limit) bytes") }
        return try stream.read(limit)
    }

    /// Reads a line, including its line feed.
    ///
    /// - Parameter limit: The maximum number of bytes to read; a longer line is returned in parts,
    ///   of which only the last ends with a line feed.
    /// - Returns: The line; the last line may have no line feed. Nil when the client has closed its
    ///   side.
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `conn.readline()` in mod_python, without its defect N4-39.
    public func readLine(_ limit: Int = 65_536) throws -> [UInt8]? {
        if limit <= 0 { stop("A connection was to be read by a line of \(limit) bytes") }
        return try stream.readLine(limit)
    }

    /// Reads a line as text, without its line break; nil when the client has closed its side.
    ///
    /// - Parameter limit: The maximum length of a line in bytes, without its line break.
    /// - Throws: ``LineTooLongError``; otherwise as ``read(_:)``.
    public func readLineString(_ limit: Int = 65_536) throws -> String? {
        guard let line = try stream.readLine(try stream.wholeLines.room(for: limit)) else {
            return nil
        }
        return try stream.wholeLines.text(of: line, limit: limit)
    }

    /// Reads everything until the client closes its side.
    ///
    /// - Parameter limit: The maximum number of bytes to read.
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `conn.read(-1)` in mod_python as documented there (N4-39).
    public func readToEnd(limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit, let part = try stream.read(limit - bytes.count) { bytes += part }
        return bytes
    }

    /// Writes text, as UTF-8, and sends it at once. Never throws; output after the connection broke
    /// is dropped, and ``checkClient()`` reports that.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - flush: false buffers the text until ``flush()``, a later write or the end of the
    ///     handler.
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

    /// Checks whether all output has been sent, as far as httpd knows.
    ///
    /// - Throws: ``ClientGone`` when the connection broke.
    public func checkClient() throws {
        if stream.failure != 0 || isAborted { throw ClientGone() }
    }

    /// How long a read or a write waits for the client, in seconds; by default, `Timeout`.
    public var timeout: Double {
        get { live.timeout ?? 0 }
        set { live.timeout = newValue }
    }
}
