// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

/// Reads a form part by part, each in pieces, and never more than requested.
final class FormPartReader {
    private enum Source {
        /// An urlencoded body, which is small enough to be read at once.
        case fields(ArraySlice<Field>)
        case multipart(MultipartBody)
    }

    /// The piece that was returned last.
    private enum Piece {
        case none
        case range(Range<Int>)
        case bytes(ArraySlice<UInt8>)
        case field(Field)
    }

    private var source: Source
    private let limits: FormLimits
    private weak var part: FormPart?
    private var isInPart = false
    private var piece = Piece.none
    private(set) var chunkNumber = 0
    /// An error is thrown again by later reads.
    private var failure: (any Error)?

    init(_ request: Request, limits: FormLimits) throws {
        guard request.stateIfAny?.form == nil else { throw FormError.bodyWasRead }
        self.limits = limits
        switch try FormBody(of: request, limits) {
        case .none: source = .fields([])
        case .urlencoded:
            var reader = FormReader(
                request, limits: limits, keepsBlankValues: true, fileSink: nil, fieldSink: nil)
            source = .fields(try reader.readBodyAlone()[...])
        case .multipart(let boundary):
            source = .multipart(MultipartBody(of: request, boundary: boundary, limits: limits))
        }
        request.state.form = .failure(FormError.bodyWasRead)
    }

    /// Returns the next part; skips the rest of the one before.
    func nextPart() throws -> FormPart? {
        try failing {
            // A skipped part does not become complete.
            part = nil
            while isInPart { _ = try nextPiece() }
            guard let header = try nextHeader() else { return nil }
            isInPart = true
            let part = FormPart(header, self)
            self.part = part
            return part
        }
    }

    /// Returns the next piece of a part; nil after its end.
    func nextChunk(of part: FormPart) throws -> FormChunk? {
        if part.isComplete { return nil }
        guard self.part === part else {
            stop("A part of a form was read after the next one had been asked for.")
        }
        return try failing {
            guard let count = try nextPiece() else { return nil }
            return FormChunk(self, number: chunkNumber, count: count)
        }
    }

    func withChunk<Result>(_ body: (Span<UInt8>) throws -> Result) throws -> Result {
        switch (piece, source) {
        case (.range(let range), .multipart(let parts)): try parts.withContent(range, body)
        case (.bytes(let bytes), _): try body(bytes.span)
        case (.field(let field), _): try field.withBytes(body)
        default: try body(Span())
        }
    }

    private func failing<Result>(_ body: () throws -> Result) throws -> Result {
        if let failure { throw failure }
        do {
            return try body()
        } catch {
            failure = error
            throw error
        }
    }

    private func nextHeader() throws -> FormPartHeader? {
        switch source {
        case .fields(var fields):
            guard let field = fields.popFirst() else { return nil }
            source = .fields(fields)
            piece = .field(field)
            return FormPartHeader(name: field.name)
        case .multipart:
            guard let event = try nextEvent() else { return nil }
            guard case .part(let header) = event else { return nil }
            return try FormPartHeader(header)
        }
    }

    /// Advances to the next piece.
    ///
    /// - Returns: Its size in bytes; nil at the end of the part.
    private func nextPiece() throws -> Int? {
        chunkNumber += 1
        guard case .multipart = source else {
            // A field's content is a single piece.
            guard case .field(let field) = piece, field.size > 0, !isHandedOut else {
                return endPart()
            }
            isHandedOut = true
            return field.size
        }
        switch try nextEvent() {
        case .content(let range):
            piece = .range(range)
            return range.count
        case .held(let bytes):
            piece = .bytes(bytes)
            return bytes.count
        case .part, .endOfPart, nil: return endPart()
        }
    }

    private var isHandedOut = false

    private func endPart() -> Int? {
        isInPart = false
        isHandedOut = false
        piece = .none
        part?.isComplete = true
        return nil
    }

    private func nextEvent() throws -> MultipartParser.Event? {
        guard case .multipart(var parts) = source else { return nil }
        // The parser is moved out meanwhile, because it would otherwise be copied.
        source = .fields([])
        defer { source = .multipart(parts) }
        return try parts.next()
    }
}
