// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A case in Tests/Fixtures/Cases/forms.jsonl: a request, and the expected results.
package struct FormCase: Decodable, CustomStringConvertible {
    /// One of the correct results.
    package struct Expectation: Decodable {
        package var status: Int?
        package var fields: [Field]?
        package var decoded: [String: Bool?]?
        package var names: String?
    }

    package struct Field: Decodable {
        package var name: String
        package var value: String?
        package var value_b64: String?
        package var filename: String?
        package var type: String?
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

    package let id: String
    package let feature: String
    package let body: [UInt8]
    package let headers: [String: String]
    package let query: String
    package let method: String
    package let isChunked: Bool
    package let isCutEverywhere: Bool
    package let structure: String?
    package let needs: String?
    package let expectations: [Expectation]

    package var description: String { id }

    package init(from decoder: any Decoder) throws {
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

    /// Cases with a known correct result.
    package static let all = read("Cases/forms.jsonl")

    /// Requests of real clients.
    package static let captured = read("Forms/captured.jsonl")

    private static func read(_ name: String) -> [FormCase] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fixtures/\(name)")
        do {
            let lines = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"))
            return try lines.map { try JSONDecoder().decode(FormCase.self, from: $0) }
        } catch {
            fatalError("\(file.path): \(error)")
        }
    }
}
