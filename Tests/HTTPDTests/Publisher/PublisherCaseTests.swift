// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// A case in Tests/Fixtures/Cases/publisher.jsonl: a function, fields, and the expected result.
private struct PublisherCase: Decodable {
    struct Expectation: Decodable {
        var status: Int
        var body: String?
        var names: String?
    }
    private struct Choice: Decodable { var any_of: [Expectation]? }
    private enum Key: String, CodingKey { case id, input, function, expect }

    let id: String
    let input: String
    let function: String
    let expectations: [Expectation]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        id = try container.decode(String.self, forKey: .id)
        input = try container.decode(String.self, forKey: .input)
        function = try container.decode(String.self, forKey: .function)
        expectations =
            try container.decode(Choice.self, forKey: .expect).any_of
            ?? [container.decode(Expectation.self, forKey: .expect)]
    }

    static var all: [PublisherCase] {
        get throws {
            let path = try "\(SourceTree.root)/Tests/Fixtures/Cases/publisher.jsonl"
            return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
                try JSONDecoder().decode(PublisherCase.self, from: Data($0.utf8))
            }
        }
    }

    func isMet(by response: Response) -> Bool {
        expectations.contains { expected in
            response.status == expected.status
                && expected.body.map { $0 == response.text } ?? true
                && expected.names.map { name in
                    response.text.split(separator: "\n").contains { $0.hasPrefix("\(name) ") }
                } ?? true
        }
    }
}

@Suite(.timeLimit(.minutes(10)))
struct PublisherCaseTests {
    @Test func everyCaseIsMetByQueryAndByBody() throws {
        let cases = try PublisherCase.all
        #expect(cases.count == 12)
        for (function, cases) in Dictionary(grouping: cases, by: \.function) {
            try PublisherSite.with(["app.swift": function]) { server throws in
                for example in cases {
                    let queried = try server.pub("app/f?\(example.input)")
                    let posted = try server.post(
                        "/pub/app/f", .text(example.input),
                        headers: ["Content-Type": "application/x-www-form-urlencoded"])
                    for response in [queried, posted] {
                        #expect(
                            example.isMet(by: response),
                            "\(example.id): \(response.status) \(response.text)")
                    }
                }
            }
        }
    }
}
