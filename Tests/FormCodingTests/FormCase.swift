// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A case of Tests/Fixtures/Cases/forms.jsonl: a request, and what comes of it.
struct FormCase: Decodable, CustomTestStringConvertible {
    /// One of the results that are right.
    struct Expectation: Decodable {
        var status: Int?
        var fields: [Field]?
        var decoded: [String: Bool?]?
        var names: String?
    }

    struct Field: Decodable {
        var name: String
        var value: String?
        var value_b64: String?
        var filename: String?
        var type: String?
    }

    private struct Choice: Decodable {
        var any_of: [Expectation]?
    }

    private struct Piece: Decodable {
        var text: String?
        var `repeat`: String?
        var times: Int?
    }

    private enum Key: String, CodingKey {
        case id, feature, input, input_b64, input_gen, headers, splits, query, method, transfer
        case decode, needs, expect
    }

    let id: String
    let feature: String
    let body: [UInt8]
    let headers: [String: String]
    let query: String
    let method: String
    let isChunked: Bool
    let isCutEverywhere: Bool
    let structure: String?
    let needs: String?
    let expectations: [Expectation]

    var testDescription: String { id }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        id = try container.decode(String.self, forKey: .id)
        feature = try container.decode(String.self, forKey: .feature)
        headers = try container.decodeIfPresent([String: String].self, forKey: .headers) ?? [:]
        query = try container.decodeIfPresent(String.self, forKey: .query) ?? ""
        method = try container.decodeIfPresent(String.self, forKey: .method) ?? "POST"
        isChunked = try container.decodeIfPresent(String.self, forKey: .transfer) == "chunked"
        isCutEverywhere = try container.decodeIfPresent(String.self, forKey: .splits) == "every"
        structure = try container.decodeIfPresent(String.self, forKey: .decode)
        needs = try container.decodeIfPresent(String.self, forKey: .needs)
        let choice = try container.decode(Choice.self, forKey: .expect)
        expectations =
            try choice.any_of ?? [container.decode(Expectation.self, forKey: .expect)]
        if let encoded = try container.decodeIfPresent(Data.self, forKey: .input_b64) {
            body = Array(encoded)
        } else if let text = try container.decodeIfPresent(String.self, forKey: .input) {
            body = Array(text.utf8)
        } else {
            let pieces = try container.decode([Piece].self, forKey: .input_gen)
            body = pieces.flatMap { piece in
                Array((piece.text ?? "").utf8)
                    + Array(String(repeating: piece.repeat ?? "", count: piece.times ?? 0).utf8)
            }
        }
    }

    static let all: [FormCase] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fixtures/Cases/forms.jsonl")
        do {
            let lines = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"))
            return try lines.map { try JSONDecoder().decode(FormCase.self, from: $0) }
        } catch {
            fatalError("\(file.path): \(error)")
        }
    }()
}
