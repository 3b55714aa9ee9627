// SPDX-License-Identifier: Apache-2.0

extension Request {
    /// Writes text to the response, as UTF-8.
    ///
    /// httpd buffers it: a short response gets a Content-Length and is sent at once. The headers
    /// are sent with the first bytes that reach the client. Never throws; after the client has
    /// disconnected, output is discarded, and ``checkClient()`` reports that.
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

    /// Writes parts of bytes to the response as they are produced.
    ///
    /// The next part is requested when httpd has accepted the one before, so that a slow client
    /// slows the source down.
    ///
    /// - Parameters:
    ///   - parts: The source, such as an `AsyncStream<[UInt8]>` or the body of a request.
    ///   - flushing: Whether each part is sent at once, as for events; otherwise httpd buffers
    ///     short parts.
    ///   - isolation: The actor on which it runs; by default the caller's.
    /// - Throws: ``ClientGone`` if the client has closed the connection, also if the source
    ///   therefore ends without an error, as an `AsyncStream` does when its task is cancelled;
    ///   `CancellationError` at `SwiftTimeout`; errors of the source.
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

    /// Writes parts of text to the response as they are produced; see the form for bytes.
    ///
    /// - Parameters:
    ///   - parts: The source, such as an `AsyncStream<String>`.
    ///   - flushing: Whether each part is sent at once.
    ///   - isolation: The actor on which it runs; by default the caller's.
    /// - Throws: ``ClientGone``; errors of the source.
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

    /// Throws if the task was cancelled: the source has then ended before it was complete.
    private func throwIfCancelled() throws {
        guard Task.isCancelled else { return }
        try checkClient()
        throw CancellationError()
    }

    private func passOn(_ flushing: Bool) throws {
        if flushing { try flush() } else { try throwIfOutputEnded() }
    }

    /// Sends the buffered output to the client.
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

    /// Checks whether the client is still connected, without waiting.
    ///
    /// A client that has closed its sending side counts as disconnected, although it could still be
    /// reading: almost no client does that, and a response that no client reads is wasted work.
    /// Only this method checks; other methods continue to write until a write fails. Waiting async
    /// handlers are cancelled when the client disconnects.
    ///
    /// - Throws: ``ClientGone`` when the client has closed the connection.
    public func checkClient() throws {
        try throwIfOutputEnded()
        if live.connection?.isClosedByClient == true { throw ClientGone() }
    }

    /// Throws if output would not reach the client.
    func throwIfOutputEnded() throws {
        guard output != .open || live.connection?.isAborted == true else { return }
        if isOver || live.connection?.isAborted == true { throw ClientGone() }
        // An output filter of httpd has rejected the response and sent its own; or the response was
        // cut off.
        if stateIfAny?.cannotSend == true { throw AnsweredByHttpd() }
        if output == .closed { throw ResponseCompleteError() }
    }

    /// Sends a file, or a part of it, in the most efficient way that is configured in httpd:
    /// sendfile (`EnableSendfile`), mmap (`EnableMMAP`) or reading.
    ///
    /// The file is sent in order with the output written before and after it. The first file of a
    /// response is held back until the response is larger than httpd's buffer, or ends: a response
    /// with one file has a Content-Length, and httpd extracts the byte ranges that a client
    /// requests. Replace files instead of shortening them: as with httpd's own static files, a
    /// response from a file that becomes shorter while it is being sent ends too early.
    ///
    /// - Parameters:
    ///   - path: Path of a regular file that the server's user can read, or of a symbolic link to
    ///     one.
    ///   - offset: The first byte to send; 0 to the file's size.
    ///   - length: The number of bytes; nil for the rest. Fewer bytes are sent if the file is
    ///     shorter.
    /// - Returns: The number of bytes that were passed to httpd.
    /// - Throws: ``ServerError`` if the file cannot be opened, is not a regular file, or is shorter
    ///   than `offset`; ``ClientGone``.
    ///
    /// Corresponds to `req.sendfile()` in mod_python, without its defect N4-15; to `ap_send_fd`.
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

    /// Lets another URI of this server produce the response, without the client's knowledge.
    ///
    /// The new request runs through all its phases and writes its response; return ``Status/ok``
    /// afterwards. Its ``prev`` is this request.
    ///
    /// - Parameter uri: A path on this server, with its query if it has one.
    /// - Throws: ``RefusedValue`` if the URI contains NUL, CR or LF; ``ResponseCompleteError``
    ///   after another redirect; ``ServerError`` if the response has already begun; ``ClientGone``,
    ///   also in the log phase and after it.
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
    ///   - text: The text; each line break starts a new log line.
    ///   - level: Whether the line is written depends on `LogLevel`, per directory and server.
    ///   - file: The caller's file.
    ///   - line: The caller's line.
    ///
    /// Corresponds to `req.log_error()` in mod_python; to `ap_log_rerror`.
    public func log(
        _ text: String, level: LogLevel = .error, file: StaticString = #fileID, line: UInt = #line
    ) {
        live.log(text, level: level, file: file, line: line)
    }

    /// Records the first value that httpd rejected; the request then ends as 500.
    func remember(mistake text: String, file: StaticString = "", line: UInt = 0) {
        guard state.mistake == nil else { return }
        state.mistake = RequestState.Misuse(text: text, file: file, line: line)
    }
}
