// SPDX-License-Identifier: Apache-2.0

extension Filter {
    /// Reads the next bytes of the stream.
    ///
    /// ```swift
    /// while let bytes = try filter.read() { filter.write(bytes) }
    /// ```
    ///
    /// - Parameter limit: The maximum number of bytes to read; more data is returned in parts.
    /// - Returns: At least one byte; nil when there are no more in this call of the filter.
    ///   ``isAtEnd`` says whether another call can get any.
    /// - Throws: For an input filter, the errors of ``Request/read(_:)``; for an output filter,
    ///   ``ServerError`` when a file that is being sent cannot be read.
    ///
    /// Corresponds to `filter.read()` in mod_python, which returned `""` and `None`; to
    /// `ap_get_brigade` and `apr_bucket_read`.
    public func read(_ limit: Int = 65_536) throws -> [UInt8]? {
        if limit <= 0 { stop("A filter was to read \(limit) bytes") }
        return try stream.read(limit)
    }

    /// Reads the next line, including its line feed.
    ///
    /// - Parameter limit: The maximum number of bytes to read; a longer line is returned in parts,
    ///   of which only the last ends with a line feed.
    /// - Returns: The line; nil while it is incomplete: the beginning is kept for the next call of
    ///   the filter. The last line of the stream may have no line feed. Nil also after the last
    ///   line; see ``isAtEnd``.
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `filter.readline()` in mod_python.
    public func readLine(_ limit: Int = 65_536) throws -> [UInt8]? {
        if limit <= 0 { stop("A filter was to read a line of \(limit) bytes") }
        return try stream.readLine(limit)
    }

    /// Whether the end of the stream has been reached and everything has been read: no later call
    /// of the filter will get data.
    ///
    /// A filter that adds something at the end checks it when ``read(_:)`` has returned nil:
    ///
    /// ```swift
    /// while let bytes = try filter.read() { filter.write(bytes) }
    /// if filter.isAtEnd { filter.write("the end\n") }
    /// ```
    public var isAtEnd: Bool { stream.isAtEnd }

    /// The data of this call of the filter in parts, for filters that are `async`.
    ///
    /// ```swift
    /// for try await chunk in filter.chunks { filter.write(try await translate(chunk)) }
    /// ```
    public var chunks: FilterChunks { FilterChunks(self) }

    /// Reads all data of this call of the filter in parts, without copying them.
    ///
    /// ```swift
    /// try filter.forEachChunk { bytes in filter.write(bytes) }
    /// ```
    ///
    /// - Parameter body: Borrows the bytes for the call. It may itself read more: it is not called
    ///   for the bytes that it has read.
    /// - Returns: Whether the end of the stream has been reached.
    /// - Throws: Errors of body; otherwise as ``read(_:)``.
    @discardableResult
    public func forEachChunk(_ body: (Span<UInt8>) throws -> Void) throws -> Bool {
        let stream = stream
        try stream.lend(stream.takePartialLine(), to: body)
        var hasSome = false
        while let bucket = try stream.nextData(hasSome: hasSome && isInput) {
            try stream.lend(bucket, to: body)
            hasSome = true
        }
        return stream.hasEnded
    }

    /// Writes text, as UTF-8.
    ///
    /// The text is sent when enough output has been collected, by ``flush()``, or when the function
    /// returns. Never throws; a write after ``close()`` is a programming error that ends the
    /// request.
    ///
    /// Corresponds to `filter.write()` in mod_python.
    public func write(_ text: String, file: StaticString = #fileID, line: UInt = #line) {
        check(file, line)
        write(utf8: text)
    }

    /// Writes text, as UTF-8.
    public func write(_ text: Substring, file: StaticString = #fileID, line: UInt = #line) {
        check(file, line)
        write(sequence: text.utf8)
    }

    /// Writes bytes.
    public func write(_ bytes: [UInt8], file: StaticString = #fileID, line: UInt = #line) {
        check(file, line)
        write(array: bytes)
    }

    /// Writes bytes, such as those of a slice, of `text.utf8` or of Foundation's `Data`.
    public func write(
        _ bytes: some Sequence<UInt8>, file: StaticString = #fileID, line: UInt = #line
    ) {
        check(file, line)
        write(sequence: bytes)
    }

    /// Writes bytes.
    public func write(
        _ bytes: borrowing Span<UInt8>, file: StaticString = #fileID, line: UInt = #line
    ) {
        check(file, line)
        write(borrowed: bytes)
    }

    /// Writes bytes.
    public func write(
        _ bytes: borrowing RawSpan, file: StaticString = #fileID, line: UInt = #line
    ) {
        check(file, line)
        write(borrowed: bytes)
    }

    /// Writes parts of bytes as they are produced.
    ///
    /// - Parameters:
    ///   - parts: The source, such as an `AsyncStream<[UInt8]>`.
    ///   - flushing: Whether each part is sent at once.
    ///   - isolation: The actor on which it runs; by default the caller's.
    ///   - file: The caller's file.
    ///   - line: The caller's line.
    /// - Throws: As ``flush()`` when the output can no longer be sent; errors of the source.
    public func write<Parts: AsyncSequence>(
        contentsOf parts: Parts, flushing: Bool = false,
        isolation: isolated (any Actor)? = #isolation,
        file: StaticString = #fileID, line: UInt = #line
    ) async throws where Parts.Element: Sequence<UInt8> {
        for try await part in parts {
            write(part, file: file, line: line)
            if flushing { try flush() } else { try checkNext() }
        }
    }

    /// Writes parts of text as they are produced; see the form for bytes.
    ///
    /// - Parameters:
    ///   - parts: The source, such as an `AsyncStream<String>`.
    ///   - flushing: Whether each part is sent at once.
    ///   - isolation: The actor on which it runs; by default the caller's.
    ///   - file: The caller's file.
    ///   - line: The caller's line.
    /// - Throws: As ``flush()`` when the output can no longer be sent; errors of the source.
    public func write<Parts: AsyncSequence>(
        contentsOf parts: Parts, flushing: Bool = false,
        isolation: isolated (any Actor)? = #isolation,
        file: StaticString = #fileID, line: UInt = #line
    ) async throws where Parts.Element: StringProtocol {
        for try await part in parts {
            write(part.utf8, file: file, line: line)
            if flushing { try flush() } else { try checkNext() }
        }
    }

    /// Sends the output at once. Has no effect on an input filter.
    ///
    /// - Throws: ``ClientGone`` when the client has closed the connection; ``ServerError`` when
    ///   another filter has failed; an error of httpd's own if httpd has sent the response itself,
    ///   for example to a malformed body.
    ///
    /// Corresponds to `filter.flush()` in mod_python.
    public func flush() throws {
        stream.flush()
        try checkNext()
    }

    /// Ends the stream: the client gets no more of it. The rest of the input is dropped.
    ///
    /// A filter that has read to the end need not call it. A second call has no effect.
    ///
    /// Corresponds to `filter.close()` in mod_python.
    public func close() { stream.close() }

    /// Passes the unread data of this call on without changing or reading it: files are still sent
    /// by sendfile, and a Content-Length stays valid.
    ///
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `filter.pass_on()` in mod_python.
    public func passOn() throws {
        try stream.passOn()
    }

    private func check(_ file: StaticString, _ line: UInt) {
        guard stream.isClosed else { return }
        let owner: any TableOwner = requestRecord.map { Request.of($0) } ?? connection
        owner.remember(
            mistake: "the filter \(name) wrote after it had closed its stream", file: file,
            line: line)
    }

    private func checkNext() throws {
        let failure = stream.failure
        guard failure != 0 else { return }
        if connection.isAborted { throw ClientGone() }
        // Such as a 400 for a malformed body: the response goes to the client through this filter.
        if failure == FilterRecord.errorStatus { throw AnsweredByHttpd() }
        throw ServerError(failure, operation: "flush", detail: name)
    }
}

/// The data of one call of a filter in parts; see ``Filter/chunks``.
public struct FilterChunks: AsyncSequence {
    /// A part of the stream: at most 64 KiB.
    public typealias Element = [UInt8]

    private let filter: Filter

    init(_ filter: Filter) { self.filter = filter }

    /// An iterator that reads the parts.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let filter: Filter

        /// Returns the next part; nil when there are no more in this call of the filter.
        ///
        /// - Throws: As ``Filter/read(_:)``.
        public mutating func next() async throws -> [UInt8]? { try filter.read() }

        /// Returns the next part; nil when there are no more in this call of the filter.
        ///
        /// - Throws: As ``Filter/read(_:)``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws -> [UInt8]? { try filter.read() }
    }

    /// Returns an iterator that continues at the current position.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(filter: filter) }
}
