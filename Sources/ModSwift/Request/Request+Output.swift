// SPDX-License-Identifier: Apache-2.0

extension Request {
    /// Writes text to the response, as UTF-8.
    ///
    /// httpd buffers it: a short response gets a Content-Length and goes out at once. The first bytes
    /// that reach the client take the headers with them. Never throws; after the client has gone,
    /// what is written is thrown away, and ``checkClient()`` tells.
    ///
    /// Corresponds to `req.write()` in mod_python, without its flush (N4-16); to `ap_rwrite`.
    public func write(_ text: String) {
        write(utf8: text)
    }

    /// Writes text to the response, as UTF-8.
    public func write(_ text: Substring) { write(sequence: text.utf8) }

    /// Writes bytes to the response.
    public func write(_ bytes: [UInt8]) { write(array: bytes) }

    /// Writes bytes to the response, such as those of a slice, of `text.utf8` or of Foundation's
    /// `Data`.
    public func write(_ bytes: some Sequence<UInt8>) { write(sequence: bytes) }

    /// Writes bytes to the response.
    public func write(_ bytes: borrowing Span<UInt8>) { write(borrowed: bytes) }

    /// Writes bytes to the response.
    public func write(_ bytes: borrowing RawSpan) {
        write(borrowed: bytes)
    }

    /// Writes parts of bytes to the response, as they come.
    ///
    /// The next part is asked for when httpd has taken the one before: a slow client slows their
    /// source.
    ///
    /// - Parameters:
    ///   - parts: The source, such as an `AsyncStream<[UInt8]>` or the body of a request.
    ///   - flushing: Whether each part is sent at once, as for events; httpd otherwise buffers
    ///     short ones.
    ///   - isolation: Where it runs; the caller's unless you say another.
    /// - Throws: ``ClientGone`` when the client has closed the connection, so that the source ends, also
    ///   by itself, as an `AsyncStream` does; `CancellationError` at `SwiftTimeout`; what the source
    ///   throws.
    public func write<Parts: AsyncSequence>(
        contentsOf parts: Parts, flushing: Bool = false,
        isolation: isolated (any Actor)? = #isolation
    ) async throws where Parts.Element: Sequence<UInt8> {
        for try await part in parts {
            write(part)
            try passOn(flushing)
        }
        try throwIfCancelled()
    }

    /// Writes parts of text to the response, as they come; see the other form.
    ///
    /// - Parameters:
    ///   - parts: The source, such as an `AsyncStream<String>`.
    ///   - flushing: Whether each part is sent at once.
    ///   - isolation: Where it runs; the caller's unless you say another.
    /// - Throws: ``ClientGone``; what the source throws.
    public func write<Parts: AsyncSequence>(
        contentsOf parts: Parts, flushing: Bool = false,
        isolation: isolated (any Actor)? = #isolation
    ) async throws where Parts.Element: StringProtocol {
        for try await part in parts {
            write(part.utf8)
            try passOn(flushing)
        }
        try throwIfCancelled()
    }

    /// A source that ends because its task was cancelled has not given all that it had.
    private func throwIfCancelled() throws {
        guard Task.isCancelled else { return }
        try checkClient()
        throw CancellationError()
    }

    private func passOn(_ flushing: Bool) throws {
        if flushing { try flush() } else { try throwIfOutputEnded() }
    }

    /// Sends what is buffered on its way to the client.
    ///
    /// - Throws: ``ClientGone`` when the client has closed the connection.
    ///
    /// Corresponds to `req.flush()` in mod_python; to `ap_rflush`.
    public func flush() throws {
        let responding = responding
        if responding !== self { return try responding.flush() }
        try throwIfOutputEnded()
        stateIfAny?.page?.passOn()
        if !live.flush() {
            endOutput()
            try throwIfOutputEnded()
        }
    }

    /// Asks whether the client is still there, without waiting.
    ///
    /// A client that has closed its side of the connection counts as gone, although it could still
    /// be reading: almost none does, and a response that nobody waits for is work for nothing. Only
    /// this method looks; the others go on writing until that fails. Async handlers that wait are
    /// cancelled when the client goes.
    ///
    /// - Throws: ``ClientGone`` when the client has closed the connection.
    public func checkClient() throws {
        try throwIfOutputEnded()
        if live.connection?.isClosedByClient == true { throw ClientGone() }
    }

    /// Throws when nothing that is written goes anywhere any more.
    func throwIfOutputEnded() throws {
        guard output != .open || live.connection?.isAborted == true else { return }
        if isOver || live.connection?.isAborted == true { throw ClientGone() }
        // A filter of httpd's would not take the response, and has made one of its own; or it was cut.
        if stateIfAny?.cannotSend == true { throw AnsweredByHttpd() }
        if output == .closed { throw ResponseCompleteError() }
    }

    /// Sends a file, or a part of it, by the shortest way that httpd is configured for: sendfile
    /// (`EnableSendfile`), mmap (`EnableMMAP`) or reading.
    ///
    /// What was written before comes before it, and what is written after it after it. The first
    /// file of a response is held back until more follows than httpd buffers, or the response ends:
    /// a response with one file has a Content-Length, and httpd cuts the byte ranges out of it that
    /// a client asks for. Replace files, do not shorten them: as with httpd's own static files, an
    /// answer from a file that becomes shorter meanwhile ends too early.
    ///
    /// - Parameters:
    ///   - path: Path of a regular file that the server's user can read, or of a symbolic link to
    ///     one.
    ///   - offset: Where to begin, in bytes; 0 to the file's size.
    ///   - length: How many bytes; nil for the rest. What the file does not have is not sent.
    /// - Returns: The number of bytes that httpd was given to send.
    /// - Throws: ``ServerError`` when the file cannot be opened, is no regular file, or is shorter
    ///   than `offset`; ``ClientGone``.
    ///
    /// Corresponds to `req.sendfile()` in mod_python (N4-15 put right); to `ap_send_fd`.
    @discardableResult
    public func sendFile(_ path: String, offset: Int = 0, length: Int? = nil) throws -> Int {
        let responding = responding
        if responding !== self {
            return try responding.sendFile(path, offset: offset, length: length)
        }
        try throwIfOutputEnded()
        stateIfAny?.page?.passOn()
        do {
            let sent = try live.sendFile(path, offset: offset, length: length)
            bytesQueued += sent
            return sent
        } catch let error as ClientGone {
            endOutput()
            throw error
        }
    }

    /// Answers this request with another URI of this server, without the client knowing.
    ///
    /// The new request runs through all its phases and writes its answer; return ``Status/ok``
    /// afterwards. There ``prev`` is this request.
    ///
    /// - Parameter uri: A path on this server, with its query if it has one.
    /// - Throws: ``RefusedValue`` when the URI holds NUL, CR or LF; ``ResponseCompleteError`` after
    ///   another redirect; ``ServerError`` when the response has begun: it cannot become another;
    ///   ``ClientGone``, also in the log phase and after it.
    ///
    /// Corresponds to `req.internal_redirect()` in mod_python; to `ap_internal_redirect`.
    public func internalRedirect(_ uri: String) throws {
        try throwIfOutputEnded()
        if live.response == .begun { throw ServerError.responseHasBegun("internalRedirect") }
        live.discardBuffered()
        stateIfAny?.page?.truncate(to: 0)
        guard live.internalRedirect(to: uri) else {
            throw RefusedValue(place: "internalRedirect", name: uri)
        }
        completeOutput()
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
        guard state.mistake == nil else { return }
        state.mistake = RequestState.Misuse(text: text, file: file, line: line)
    }
}
