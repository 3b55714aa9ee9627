// SPDX-License-Identifier: Apache-2.0

extension Request {
    /// Writes text to the answer, as UTF-8.
    ///
    /// httpd buffers it: a short answer gets a Content-Length and goes out at once. The first bytes
    /// that reach the client take the headers with them. Never throws; after the client has gone,
    /// what is written is thrown away, and ``checkClient()`` tells.
    ///
    /// Corresponds to `req.write()` in mod_python, without its flush (N4-16); to `ap_rwrite`.
    public func write(_ text: String) {
        write(utf8: text)
    }

    /// Writes bytes to the answer.
    public func write(_ bytes: [UInt8]) { write(array: bytes) }

    /// Writes bytes to the answer, such as those of a slice or of Foundation's `Data`.
    public func write(_ bytes: some Sequence<UInt8>) { write(sequence: bytes) }

    /// Writes bytes to the answer.
    public func write(_ bytes: borrowing RawSpan) {
        write(borrowed: bytes)
    }

    /// Sends what is buffered on its way to the client.
    ///
    /// - Throws: ``ClientGone`` when the client has closed the connection.
    ///
    /// Corresponds to `req.flush()` in mod_python; to `ap_rflush`.
    public func flush() throws {
        try checkClient()
        guard live.flush() else {
            extras.hasClientGone = true
            throw ClientGone()
        }
    }

    /// Asks whether the client is still there, as far as httpd knows: it learns of it when it reads
    /// or writes.
    ///
    /// - Throws: ``ClientGone`` when the client has closed the connection.
    public func checkClient() throws {
        if existingExtras?.hasClientGone == true || live.connection?.isAborted == true {
            throw ClientGone()
        }
    }

    /// Sends a file, or a part of it, by the shortest way httpd knows: sendfile, mmap or reading.
    ///
    /// - Parameters:
    ///   - path: Path of a regular file that the server's user can read.
    ///   - offset: Where to begin, in bytes; 0 to the file's size.
    ///   - length: How many bytes; nil for the rest. What the file does not have is not sent.
    /// - Returns: The number of bytes sent.
    /// - Throws: ``ServerError`` when the file cannot be opened; ``ClientGone``.
    ///
    /// Corresponds to `req.sendfile()` in mod_python (N4-15 put right).
    @discardableResult
    public func sendFile(_ path: String, offset: Int = 0, length: Int? = nil) throws -> Int {
        try checkClient()
        let sent = try live.sendFile(path, offset: offset, length: length)
        bytesQueued += sent
        return sent
    }

    /// Answers this request with another URI of this server, without the client knowing.
    ///
    /// The new request runs through all its phases and writes its answer; return ``Status/ok``
    /// afterwards. There ``prev`` is this request.
    ///
    /// - Parameter uri: A path on this server, with its query if it has one.
    /// - Throws: ``RefusedValue`` when the URI holds NUL, CR or LF.
    ///
    /// Corresponds to `req.internal_redirect()` in mod_python; to `ap_internal_redirect`.
    public func internalRedirect(_ uri: String) throws {
        guard live.internalRedirect(to: uri) else {
            throw RefusedValue(place: "internalRedirect", name: uri)
        }
    }

    /// Writes a line to the error log, with the client's address and the request's id.
    ///
    /// - Parameters:
    ///   - text: Line breaks make further lines.
    ///   - level: Whether it is written depends on `LogLevel`, per directory and server.
    ///   - file: Where the caller stands.
    ///   - line: Where the caller stands.
    ///
    /// Corresponds to `req.log_error()` in mod_python; to `ap_log_rerror`.
    public func log(
        _ text: String, level: LogLevel = .error, file: StaticString = #fileID, line: UInt = #line
    ) {
        live.log(text, level: level, file: file, line: line)
    }

    /// Remembers the first value that httpd would not take; the request then ends as 500.
    func remember(mistake text: String, file: StaticString = "", line: UInt = 0) {
        guard extras.mistake == nil else { return }
        extras.mistake = RequestExtras.Mistake(text: text, file: file, line: line)
    }
}
