// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A line of Tests/Fixtures/Cases/cookies.jsonl.
struct CookieCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Pair: Decodable, Equatable, Sendable {
        var name: String
        var value: String
    }

    struct Attributes: Decodable, Sendable {
        var path: String?
        var domain: String?
        var secure: Bool?
        var httpOnly: Bool?
        var expires: Double?
        var maxAge: Int?
    }

    struct Setting: Decodable, Sendable {
        var name: String?
        var value: String?
        var attributes: Attributes?
    }

    struct Expectation: Decodable, Sendable {
        var cookies: [Pair]?
        var get: [String: String]?
        var header: String?
        var error: Bool?
        var any_of: [Expectation]?
    }

    var id: String
    var feature: String
    var headers: [[String]]?
    var set: Setting?
    var may_drop: [String]?
    var may_have: [Pair]?
    var expect: Expectation

    var testDescription: String { id }

    static let all: [CookieCase] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fixtures/Cases/cookies.jsonl")
        do {
            return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
                try JSONDecoder().decode(CookieCase.self, from: Data($0.utf8))
            }
        } catch {
            fatalError("\(file.path): \(error)")
        }
    }()

    static func all(of feature: String) -> [CookieCase] { all.filter { $0.feature == feature } }
}
