// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

extension Request {
    /// Returns the parts of the body's form, one after the other as they arrive, in constant
    /// memory.
    ///
    /// Nothing is read before you request it: a client that sends faster has to wait. The unread
    /// rest of a part is skipped when you request the next one. The body is complete when the
    /// sequence ends after the last part; a body that ends early throws instead.
    ///
    /// ```swift
    /// for try await part in try req.formParts() where part.isFile {
    ///     for try await chunk in part.content { chunk.withBytes { digest.update($0) } }
    /// }
    /// ```
    ///
    /// The query is not included. The fields of an urlencoded body are parts, too. Afterwards the
    /// form itself cannot be read, and the parts cannot be read after the form.
    ///
    /// - Parameter limits: The limits; by default those of the configuration. The content of parts
    ///   is limited only by the limit of the body.
    /// - Throws: ``FormError``.
    public func formParts(limits: FormLimits? = nil) throws -> FormParts {
        FormParts(try FormPartReader(self, limits: limits ?? formLimits))
    }

    /// Calls a closure for each part of the body's form, as it arrives, in constant memory.
    ///
    /// ```swift
    /// try req.forEachFormPart { part in
    ///     try part.forEachChunk { bytes in digest.update(bytes) }
    /// }
    /// ```
    ///
    /// When it returns, the body is complete.
    ///
    /// - Parameters:
    ///   - limits: As for ``formParts(limits:)``.
    ///   - body: Called with a part; an error that it throws ends the reading.
    /// - Throws: ``FormError``; as ``read(_:)``; errors of `body`.
    public func forEachFormPart(
        limits: FormLimits? = nil, _ body: (_ part: FormPart) throws -> Void
    ) throws {
        let reader = try FormPartReader(self, limits: limits ?? formLimits)
        while let part = try reader.nextPart() { try body(part) }
    }
}

/// The parts of a form, as they arrive.
public struct FormParts: AsyncSequence {
    /// A part.
    public typealias Element = FormPart

    private let reader: FormPartReader

    init(_ reader: FormPartReader) { self.reader = reader }

    /// An iterator that reads the parts.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let reader: FormPartReader

        /// Returns the next part; nil after the end.
        ///
        /// - Throws: ``FormError``; as ``Request/read(_:)``.
        public mutating func next() async throws -> FormPart? { try reader.nextPart() }

        /// Returns the next part; nil after the end.
        ///
        /// - Throws: ``FormError``; as ``Request/read(_:)``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws -> FormPart? { try reader.nextPart() }
    }

    /// Returns an iterator that continues at the current position.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }
}

/// A part of a form whose content has not been read yet.
public final class FormPart {
    /// The header of the part.
    public let header: FormPartHeader
    /// Whether its content has been read completely.
    public internal(set) var isComplete = false
    private let reader: FormPartReader

    init(_ header: FormPartHeader, _ reader: FormPartReader) {
        self.header = header
        self.reader = reader
    }

    /// The name of the field.
    public var name: String { header.name }
    /// The name of the file, as ``FormPartHeader/filename``.
    public var filename: String? { header.filename }
    /// Whether it is an upload with a chosen file.
    public var isFile: Bool { header.isFile }
    /// The media type, as ``FormPartHeader/type``.
    public var type: String { header.type }
    /// All fields of the header, as ``FormPartHeader/headers``.
    public var headers: Table { header.headers }

    /// The content, as it arrives.
    public var content: FormPartContent { FormPartContent(self) }

    /// Calls a closure for the rest of the content in pieces, as they arrive.
    ///
    /// - Parameter body: Called with bytes, which are borrowed for the call; an error that it
    ///   throws ends the reading.
    /// - Throws: ``FormError``; as ``Request/read(_:)``; errors of `body`.
    public func forEachChunk(_ body: (_ bytes: Span<UInt8>) throws -> Void) throws {
        while let chunk = try nextChunk() { try chunk.withBytes(body) }
    }

    /// Reads the rest of the content.
    ///
    /// - Parameter limit: The maximum number of bytes.
    /// - Throws: 413 if there are more; ``FormError``; as ``Request/read(_:)``.
    public func read(limit: Int = 1 << 20) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try forEachChunk { chunk in
            if bytes.count + chunk.count > limit { throw Status.requestEntityTooLarge }
            bytes.append(borrowed: chunk)
        }
        return bytes
    }

    func nextChunk() throws -> FormChunk? { try reader.nextChunk(of: self) }
}

/// The content of a part in pieces.
public struct FormPartContent: AsyncSequence {
    /// A piece of the content.
    public typealias Element = FormChunk

    private let part: FormPart

    init(_ part: FormPart) { self.part = part }

    /// An iterator that reads the content.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let part: FormPart

        /// Returns the next piece; nil after the end.
        ///
        /// - Throws: ``FormError``; as ``Request/read(_:)``.
        public mutating func next() async throws -> FormChunk? { try part.nextChunk() }

        /// Returns the next piece; nil after the end.
        ///
        /// - Throws: ``FormError``; as ``Request/read(_:)``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws -> FormChunk? { try part.nextChunk() }
    }

    /// Returns an iterator that continues at the current position.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(part: part) }
}

/// A piece of a part's content: bytes in httpd's memory, valid until the next piece is requested.
public struct FormChunk {
    private let reader: FormPartReader
    private let number: Int
    /// The number of bytes.
    public let count: Int

    init(_ reader: FormPartReader, number: Int, count: Int) {
        self.reader = reader
        self.number = number
        self.count = count
    }

    /// Passes the bytes to body without copying them.
    ///
    /// - Parameter body: Called with the bytes, which are borrowed for the call.
    /// - Throws: Errors of `body`; ``FormError`` if the body has been read in another way
    ///   meanwhile.
    public func withBytes<Result>(_ body: (_ bytes: Span<UInt8>) throws -> Result) throws -> Result
    {
        guard reader.chunkNumber == number else {
            stop(
                "A chunk of a form was used after the next one had been asked for. Copy its bytes.")
        }
        return try reader.withChunk(body)
    }

    /// Returns a copy of the bytes.
    ///
    /// - Throws: ``FormError`` if the body has been read in another way meanwhile.
    public func copy() throws -> [UInt8] { try withBytes { [UInt8](borrowed: $0) } }
}
