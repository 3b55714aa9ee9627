// SPDX-License-Identifier: Apache-2.0

import TestCases

@testable import FormCoding

/// The result of this target's parsers for a form whose body arrives in pieces.
struct ParsedForm: Equatable {
    struct Field: Equatable {
        var name: String
        var value: [UInt8]
        var filename: String?
        var type: String?
    }

    var fields: [Field] = []
    /// 200, or the status of the error.
    var status = 200

    /// Parses a body.
    ///
    /// - Parameters:
    ///   - cuts: The positions at which a new piece begins.
    init(
        _ body: [UInt8], contentType: String, query: String = "", cuts: [Int] = [],
        maximumFields: Int = 1000, maximumParts: Int = 1000, maximumBody: Int = .max
    ) {
        let pieces = zip([0] + cuts, cuts + [body.count]).map { Array(body[$0..<$1]) }
        do {
            try parseURLEncoded([Array(query.utf8)], maximumFields)
            if body.count > maximumBody { throw FormLimitError(.body) }
            switch FormMediaType(Array(contentType.utf8)) {
            case .urlencoded: try parseURLEncoded(pieces, maximumFields - fields.count)
            case .multipart(let boundary): try parseMultipart(pieces, boundary, maximumParts)
            case .multipartWithoutBoundary: status = 400
            case .other: status = 415
            }
        } catch is FormLimitError {
            status = 413
        } catch {
            status = 400
        }
    }

    private mutating func parseURLEncoded(_ pieces: [[UInt8]], _ maximum: Int) throws {
        var parser = URLEncodedParser(maximumPairs: maximum)
        for piece in pieces { try parser.feed(piece.span) }
        try parser.finish()
        for pair in parser.pairs {
            fields.append(
                Field(name: parser.text(pair.name), value: Array(parser.bytes[pair.value])))
        }
    }

    private mutating func parseMultipart(
        _ pieces: [[UInt8]], _ boundary: [UInt8], _ maximumParts: Int
    ) throws {
        var parser = MultipartParser(boundary: boundary, maximumHeaderSize: 16_384)
        var parts = 0
        for piece in pieces {
            var position = 0
            while let event = try parser.next(in: piece.span, from: &position) {
                switch event {
                case .part(let header):
                    parts += 1
                    if parts > maximumParts { throw FormLimitError(.parts) }
                    guard let name = header.name else { throw MultipartError.malformedHeader }
                    fields.append(
                        Field(
                            name: String(decoding: name, as: UTF8.self), value: [],
                            filename: header.filename.map { String(decoding: $0, as: UTF8.self) },
                            type: header.type?.value))
                case .content(let range): fields[fields.count - 1].value += piece[range]
                case .held(let bytes): fields[fields.count - 1].value += bytes
                case .endOfPart: break
                }
            }
        }
        try parser.finish()
    }
}

extension ParsedForm {
    /// Whether it matches a case's expectation.
    func satisfies(_ expectation: FormCase.Expectation) -> Bool {
        guard status == expectation.status else { return false }
        guard let expected = expectation.fields, status == 200 else { return true }
        return expected.count == fields.count
            && zip(expected, fields).allSatisfy { expected, field in field.isRight(expected) }
    }
}

extension ParsedForm.Field {
    func isRight(_ expected: FormCase.Field) -> Bool {
        let text = String(decoding: value, as: UTF8.self)
        let isValue =
            expected.value_b64.map { Base64.decode($0) == value } ?? (expected.value == text)
        let isType = expected.type == nil || type == expected.type
        return name == expected.name && isValue && filename == expected.filename && isType
    }
}
