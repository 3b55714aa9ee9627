// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

/// The parts of a request's body as they arrive: only as much of it is read as an event requires.
struct MultipartBody {
    private let request: Request
    private let limits: FormLimits
    private var parser: MultipartParser
    /// The number of bytes of the current piece that have been parsed.
    private var position = 0
    /// The size of the current piece in bytes; nil if there is none.
    private var pieceSize: Int?
    private var size = 0
    private var parts = 0

    init(of request: Request, boundary: [UInt8], limits: FormLimits) {
        self.request = request
        self.limits = limits
        parser = MultipartParser(boundary: boundary, maximumHeaderSize: limits.header)
    }

    /// Returns the next event; nil after the end.
    ///
    /// - Throws: ``FormError``; the errors of ``Request/read(_:)``.
    mutating func next() throws -> MultipartParser.Event? {
        while true {
            if pieceSize == nil {
                guard try request.reader.hasPiece(from: request.live) else {
                    try finish()
                    return nil
                }
            }
            if let event = try nextInPiece() {
                if case .part = event { try count() }
                return event
            }
        }
    }

    /// Lends content of the current piece to a function.
    func withContent<Result>(
        _ range: Range<Int>, _ body: (Span<UInt8>) throws -> Result
    ) throws -> Result {
        try request.reader.withPiece { piece in
            guard piece.count == pieceSize else { throw FormError.bodyWasRead }
            return try body(piece.extracting(range))
        }
    }

    private mutating func nextInPiece() throws -> MultipartParser.Event? {
        let reader = request.reader
        let event = try reader.withPiece { piece in
            if pieceSize == nil { try begin(piece.count) }
            guard piece.count == pieceSize else { throw FormError.bodyWasRead }
            do throws(MultipartError) {
                return try parser.next(in: piece, from: &position)
            } catch {
                throw FormError(error, limits)
            }
        }
        if event == nil {
            try reader.dropPiece(from: request.live)
            pieceSize = nil
        }
        return event
    }

    private mutating func begin(_ pieceSize: Int) throws(FormError) {
        size += pieceSize
        if size > limits.body { throw FormError(.body, of: limits) }
        self.pieceSize = pieceSize
        position = 0
    }

    private mutating func count() throws(FormError) {
        parts += 1
        if parts > limits.parts { throw FormError(.parts, of: limits) }
    }

    private func finish() throws(FormError) {
        do { try parser.finish() } catch { throw FormError(error, limits) }
    }
}
