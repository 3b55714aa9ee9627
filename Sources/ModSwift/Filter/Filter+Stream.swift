// SPDX-License-Identifier: Apache-2.0

extension Filter {
    /// Reads the next bytes of the stream.
    ///
    /// ```swift
    /// while let bytes = try filter.read() { filter.write(bytes) }
    /// ```
    ///
    /// - Parameter limit: The most to read, in bytes; more is given in parts.
    /// - Returns: At least one byte; nil when there are no more in this call of the filter.
    ///   ``isAtEnd`` says whether any will come in another.
    /// - Throws: On the way from the client what ``Request/read(_:)`` throws; on the way to it
    ///   ``ServerError`` when a file that is being sent cannot be read.
    ///
    /// Corresponds to `filter.read()` in mod_python, which returned `""` and `None`; to
    /// `ap_get_brigade` and `apr_bucket_read`.
    public func read(_ limit: Int = 65_536) throws -> [UInt8]? {
        if limit <= 0 { stop("A filter was to read \(limit) bytes") }
        return try stream.read(limit)
    }

    /// Reads the next line, its line feed included.
    ///
    /// - Parameter limit: The most to read, in bytes; a longer line comes in parts, of which only the
    ///   last ends with a line feed.
    /// - Returns: The line; nil while its end has not come: it is kept for the next call of the
    ///   filter. The last line of the stream may have no line feed. Nil also after it; see
    ///   ``isAtEnd``.
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `filter.readline()` in mod_python.
    public func readLine(_ limit: Int = 65_536) throws -> [UInt8]? {
        if limit <= 0 { stop("A filter was to read a line of \(limit) bytes") }
        return try stream.readLine(limit)
    }

    /// Whether the end of the stream has been reached and all of it was read: no call of the filter
    /// will be given more.
    ///
    /// A filter that adds something at the end asks when ``read(_:)`` has returned nil:
    ///
    /// ```swift
    /// while let bytes = try filter.read() { filter.write(bytes) }
    /// if filter.isAtEnd { filter.write("the end\n") }
    /// ```
    public var isAtEnd: Bool { stream.isAtEnd }

    /// What this call of the filter was given, part by part, for filters that are `async`.
    ///
    /// ```swift
    /// for try await chunk in filter.chunks { filter.write(try await translate(chunk)) }
    /// ```
    public var chunks: FilterChunks { FilterChunks(self) }

    /// Reads all that this call of the filter was given, part by part, without copying it.
    ///
    /// ```swift
    /// try filter.forEachChunk { bytes in filter.write(bytes) }
    /// ```
    ///
    /// - Parameter body: Borrows the bytes for the call. It may itself read on: what it reads is not
    ///   lent again.
    /// - Returns: Whether the end of the stream has been reached.
    /// - Throws: What body throws; otherwise as ``read(_:)``.
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
    /// It travels on when a good part has gathered, with ``flush()``, or when the function returns.
    /// Never throws; what is written after ``close()`` is a mistake that ends the request.
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

    /// Writes parts of bytes, as they come.
    ///
    /// - Parameters:
    ///   - parts: The source, such as an `AsyncStream<[UInt8]>`.
    ///   - flushing: Whether each part is sent at once.
    ///   - isolation: Where it runs; the caller's unless you say another.
    ///   - file: Where the caller stands.
    ///   - line: Where the caller stands.
    /// - Throws: As ``flush()`` when what was written can no longer be sent; what the source throws.
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

    /// Writes parts of text, as they come; see the other form.
    ///
    /// - Parameters:
    ///   - parts: The source, such as an `AsyncStream<String>`.
    ///   - flushing: Whether each part is sent at once.
    ///   - isolation: Where it runs; the caller's unless you say another.
    ///   - file: Where the caller stands.
    ///   - line: Where the caller stands.
    /// - Throws: As ``flush()`` when what was written can no longer be sent; what the source throws.
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

    /// Sends what was written on its way at once. Has no effect on an input filter.
    ///
    /// - Throws: ``ClientGone`` when the client has closed the connection; ``ServerError`` when
    ///   another filter has failed; an error of httpd's own where it has answered the request
    ///   itself, such as over a malformed body.
    ///
    /// Corresponds to `filter.flush()` in mod_python.
    public func flush() throws {
        stream.flush()
        try checkNext()
    }

    /// Ends the stream: the client gets no more of it. The rest of what comes in is dropped.
    ///
    /// A filter that has read to the end need not call it. Closing twice is no mistake.
    ///
    /// Corresponds to `filter.close()` in mod_python.
    public func close() { stream.close() }

    /// Lets what was not read of this call travel on as it is, without looking at it: files are
    /// still sent by sendfile, headers keep their length.
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
        // Such as 400 over a malformed body: it goes to the client through this filter.
        if failure == FilterRecord.errorStatus { throw AnsweredByHttpd() }
        throw ServerError(failure, operation: "flush", detail: name)
    }
}

/// What one call of a filter was given, part by part; see ``Filter/chunks``.
public struct FilterChunks: AsyncSequence {
    /// A part of the stream: at most 64 KiB.
    public typealias Element = [UInt8]

    private let filter: Filter

    init(_ filter: Filter) { self.filter = filter }

    /// Reads the parts.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let filter: Filter

        /// The next part; nil when there are no more in this call of the filter.
        ///
        /// - Throws: As ``Filter/read(_:)``.
        public mutating func next() async throws -> [UInt8]? { try filter.read() }

        /// The next part; nil when there are no more in this call of the filter.
        ///
        /// - Throws: As ``Filter/read(_:)``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws -> [UInt8]? { try filter.read() }
    }

    /// Reads the parts from where reading stands.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(filter: filter) }
}
