// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

extension Request {
    /// The parts of the body's form, one after the other as they come, in constant memory.
    ///
    /// Nothing is read before you ask for it: a client that sends faster has to wait. What you do not
    /// read of a part is skipped when you ask for the next one. The body is complete once the last
    /// part was followed by the end of the sequence; a body that ends early throws instead.
    ///
    /// ```swift
    /// for try await part in try req.formParts() where part.isFile {
    ///     for try await chunk in part.content { chunk.withBytes { digest.update($0) } }
    /// }
    /// ```
    ///
    /// The query is not among them. The fields of an urlencoded body come as parts, too. The form
    /// itself cannot be asked for afterwards, nor the parts after the form.
    ///
    /// - Parameter limits: How large it may be; those of the configuration unless you say others. The
    ///   content of parts has no limit but that of the body.
    /// - Throws: ``FormError``.
    public func formParts(limits: FormLimits? = nil) throws -> FormParts {
        FormParts(try FormPartReader(self, limits: limits ?? formLimits))
    }

    /// Calls a closure for each part of the body's form, as it comes, in constant memory.
    ///
    /// ```swift
    /// try req.forEachFormPart { part in
    ///     try part.forEachChunk { bytes in digest.update(bytes) }
    /// }
    /// ```
    ///
    /// When it returns, the body was complete.
    ///
    /// - Parameters:
    ///   - limits: As in ``formParts(limits:)``.
    ///   - body: Gets a part; an error that it throws ends the reading.
    /// - Throws: ``FormError``; as ``read(_:)``; what `body` throws.
    public func forEachFormPart(
        limits: FormLimits? = nil, _ body: (_ part: FormPart) throws -> Void
    ) throws {
        let reader = try FormPartReader(self, limits: limits ?? formLimits)
        while let part = try reader.nextPart() { try body(part) }
    }
}

/// The parts of a form, as they come.
public struct FormParts: AsyncSequence {
    /// A part.
    public typealias Element = FormPart

    private let reader: FormPartReader

    init(_ reader: FormPartReader) { self.reader = reader }

    /// Reads the parts.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let reader: FormPartReader

        /// The next part; nil after the end.
        ///
        /// - Throws: ``FormError``; as ``Request/read(_:)``.
        public mutating func next() async throws -> FormPart? { try reader.nextPart() }

        /// The next part; nil after the end.
        ///
        /// - Throws: ``FormError``; as ``Request/read(_:)``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws -> FormPart? { try reader.nextPart() }
    }

    /// Reads the parts from where reading stands.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }
}

/// A part of a form whose content has not been read yet.
public final class FormPart {
    /// What its header says.
    public let header: FormPartHeader
    /// Whether all of its content was read.
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
    /// Whether it is an upload, for which a file was chosen.
    public var isFile: Bool { header.isFile }
    /// The media type, as ``FormPartHeader/type``.
    public var type: String { header.type }
    /// All fields of the header, as ``FormPartHeader/headers``.
    public var headers: Table { header.headers }

    /// The content, as it comes.
    public var content: FormPartContent { FormPartContent(self) }

    /// Calls a closure for what remains of the content, piece by piece, as it comes.
    ///
    /// - Parameter body: Gets bytes, for the call; an error that it throws ends the reading.
    /// - Throws: ``FormError``; as ``Request/read(_:)``; what `body` throws.
    public func forEachChunk(_ body: (_ bytes: Span<UInt8>) throws -> Void) throws {
        while let chunk = try nextChunk() { try chunk.withBytes(body) }
    }

    /// Reads what remains of the content.
    ///
    /// - Parameter limit: The most bytes that are taken.
    /// - Throws: 413 where there are more; ``FormError``; as ``Request/read(_:)``.
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

/// The content of a part, piece by piece.
public struct FormPartContent: AsyncSequence {
    /// A piece of the content.
    public typealias Element = FormChunk

    private let part: FormPart

    init(_ part: FormPart) { self.part = part }

    /// Reads the content.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let part: FormPart

        /// The next piece; nil after the end.
        ///
        /// - Throws: ``FormError``; as ``Request/read(_:)``.
        public mutating func next() async throws -> FormChunk? { try part.nextChunk() }

        /// The next piece; nil after the end.
        ///
        /// - Throws: ``FormError``; as ``Request/read(_:)``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws -> FormChunk? { try part.nextChunk() }
    }

    /// Reads the content from where reading stands.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(part: part) }
}

/// A piece of a part's content: bytes that httpd has, lent until the next piece is asked for.
public struct FormChunk {
    private let reader: FormPartReader
    private let number: Int
    /// How many bytes there are.
    public let count: Int

    init(_ reader: FormPartReader, number: Int, count: Int) {
        self.reader = reader
        self.number = number
        self.count = count
    }

    /// Lends the bytes.
    ///
    /// - Parameter body: Gets the bytes, for the call.
    /// - Throws: What `body` throws; ``FormError`` where the body was read otherwise meanwhile.
    public func withBytes<Result>(_ body: (_ bytes: Span<UInt8>) throws -> Result) throws -> Result
    {
        guard reader.chunkNumber == number else {
            stop(
                "A chunk of a form was used after the next one had been asked for. Copy its bytes.")
        }
        return try reader.withChunk(body)
    }

    /// A copy of the bytes.
    ///
    /// - Throws: ``FormError`` where the body was read otherwise meanwhile.
    public func copy() throws -> [UInt8] { try withBytes { [UInt8](borrowed: $0) } }
}
