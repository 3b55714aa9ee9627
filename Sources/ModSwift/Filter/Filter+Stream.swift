// SPDX-License-Identifier: Apache-2.0

extension Filter {
    /// Reads the next bytes of the stream.
    ///
    /// - Parameter limit: The most to read, in bytes; more is given in parts.
    /// - Returns: Empty when there are no more in this call of the filter; nil at the end of the
    ///   stream, after which nothing comes.
    /// - Throws: On the way from the client what ``Request/read(_:)`` throws; on the way to it
    ///   ``ServerError`` when a file that is being sent cannot be read.
    ///
    /// Corresponds to `filter.read()` in mod_python, which gave `""` and `None`; to
    /// `ap_get_brigade` and `apr_bucket_read`.
    public func read(_ limit: Int = 65_536) throws -> [UInt8]? {
        if limit <= 0 { stop("A filter was to read \(limit) bytes") }
        return try stream.read(limit)
    }

    /// Reads the next line, its line feed included.
    ///
    /// - Parameter limit: The most to read, in bytes; a longer line comes in parts.
    /// - Returns: Empty while the end of the line has not come: call it again in the next call of
    ///   the filter. The last line may have no line feed. Nil at the end of the stream.
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `filter.readline()` in mod_python.
    public func readLine(_ limit: Int = 65_536) throws -> [UInt8]? {
        if limit <= 0 { stop("A filter was to read a line of \(limit) bytes") }
        return try stream.readLine(limit)
    }

    /// Reads all that this call of the filter was given, part by part, without copying it.
    ///
    /// ```swift
    /// try filter.forEachChunk { bytes in filter.write(bytes) }
    /// ```
    ///
    /// - Parameter body: Borrows the bytes.
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

    /// Writes bytes.
    public func write(_ bytes: [UInt8], file: StaticString = #fileID, line: UInt = #line) {
        check(file, line)
        write(array: bytes)
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
