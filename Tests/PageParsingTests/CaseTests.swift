// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import PageParsing

/// A line of Tests/Fixtures/Cases/pages.jsonl, as far as the translator alone can check it.
struct PageCase: Decodable, CustomTestStringConvertible, Sendable {
    struct Place: Decodable, Sendable {
        let file: String?
        let line: Lines?
        let names: [String]?
    }

    enum Lines: Decodable, Sendable {
        case one(Int)
        case several([Int])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            self =
                if let line = try? container.decode(Int.self) { .one(line) } else {
                    .several(try container.decode([Int].self))
                }
        }

        func contains(_ line: Int) -> Bool {
            switch self {
            case .one(let one): one == line
            case .several(let lines): lines.contains(line)
            }
        }
    }

    struct Expectation: Decodable, Sendable {
        let status: Int?
        let error: Place?
        let any_of: [Expectation]?

        var alternatives: [Expectation] { any_of ?? [self] }
    }

    let id: String
    let input: String?
    let input_b64: String?
    let files: [String: String]?
    let expect: Expectation

    var testDescription: String { id }

    var bytes: [UInt8] {
        input.map { Array($0.utf8) } ?? input_b64.flatMap { Data(base64Encoded: $0) }.map {
            Array($0)
        }
            ?? []
    }

    /// Cases in which the compiler, or the running page, detects the error.
    static let later: Set = [
        "pages-include-error", "pages-after-include", "pages-multiline-code", "pages-throw-line",
    ]

    static let all: [PageCase] = {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fixtures/Cases/pages.jsonl")
        let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(PageCase.self, from: Data($0.utf8))
        }
    }()
}

@Suite struct CaseTests {
    @Test func allCasesAreRead() { #expect(PageCase.all.count == 42) }

    @Test(arguments: PageCase.all)
    func everyCaseTranslatesOrNamesItsPlace(_ page: PageCase) {
        let error = syntaxError(of: files(page.bytes, page.files ?? [:]))
        let isExpected = page.expect.alternatives.contains { expectation in
            guard let place = expectation.error, !PageCase.later.contains(page.id) else {
                return error == nil
            }
            guard let error else { return false }
            return place.file.map { error.file == "/srv/\($0)" } ?? true
                && place.line.map { $0.contains(error.location.line) } ?? true
                && place.names.map { $0.allSatisfy { error.message.contains($0) } } ?? true
        }
        #expect(isExpected, "\(error.map { "\($0)" } ?? "no error")")
    }
}
