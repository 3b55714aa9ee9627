// SPDX-License-Identifier: Apache-2.0
//
// The cases of Tests/Fixtures/Cases/pages.jsonl against a server.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PageCaseTests {
    struct Case: Decodable {
        struct Expectation: Decodable {
            let status: Int?
            let body: String?
            let body_b64: String?
            let text: String?
            let html5: [String: [String: String?]]?
            let js: [String: String]?
            let error: Place?
            let max_ms: Int?
            let any_of: [Expectation]?
        }

        struct Place: Decodable {
            let file: String?
            let lines: [Int]
            let names: [String]?

            private enum CodingKeys: CodingKey { case file, line, names }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                file = try container.decodeIfPresent(String.self, forKey: .file)
                names = try container.decodeIfPresent([String].self, forKey: .names)
                if let line = try? container.decodeIfPresent(Int.self, forKey: .line) {
                    lines = [line]
                } else {
                    lines = try container.decodeIfPresent([Int].self, forKey: .line) ?? []
                }
            }
        }

        let id: String
        let input: String?
        let input_b64: String?
        let files: [String: String]?
        let query: String?
        let expect: Expectation

        static var all: [Case] {
            get throws {
                let path = try "\(SourceTree.root)/Tests/Fixtures/Cases/pages.jsonl"
                return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map
                {
                    try JSONDecoder().decode(Case.self, from: Data($0.utf8))
                }
            }
        }

        var bytes: [UInt8] {
            input.map { Array($0.utf8) }
                ?? input_b64.flatMap { Data(base64Encoded: $0) }.map { Array($0) } ?? []
        }
    }

    @Test func everyCaseIsRight() throws {
        let configuration = try HTTPDConfiguration.modSwift(
            text: """
                <Directory "${HTDOCS}/psp">
                    AddHandler mod_swift .psp
                    SwiftHandler mod_swift::psp
                    SwiftDebug On
                </Directory>
                """)
        try HTTPD.with(configuration) { server in
            let cases = try Case.all
            #expect(cases.count == 42)
            for page in cases {
                try server.write("psp/\(page.id)/page.psp", bytes: page.bytes)
                for (name, text) in page.files ?? [:] {
                    try server.write("psp/\(page.id)/\(name)", text)
                }
                try check(page, server)
            }
            server.allowLog(containing: "MSW0103")
            server.allowLog(containing: "MSW0301")
            server.allowLog(containing: "swift:error")
            server.allowLog(containing: "MSW0104")
        }
    }

    private func check(_ page: Case, _ server: HTTPD) throws {
        let mark = server.logMark()
        let start = ContinuousClock.now
        let query = page.query.map { "?\($0)" } ?? ""
        let response = try server.get("/psp/\(page.id)/page.psp\(query)")
        let took = start.duration(to: .now)
        let log = server.errorLog(since: mark)
        let isRight = try (page.expect.any_of ?? [page.expect]).contains {
            try holds($0, response, log, page.id)
        }
        #expect(isRight, "\(page.id): \(response.status) \(response.text.prefix(600)) \(log)")
        if let limit = page.expect.max_ms { #expect(took < .milliseconds(max(limit, 60_000))) }
    }

    private func holds(
        _ expected: Case.Expectation, _ response: Response, _ log: String, _ id: String
    ) throws -> Bool {
        guard expected.status.map({ $0 == response.status }) ?? true else { return false }
        if let error = expected.error { return holds(error, response, log, id) }
        if let body = expected.body, response.text != body { return false }
        if let body = expected.body_b64, Data(response.body).base64EncodedString() != body {
            return false
        }
        guard expected.text != nil || expected.html5 != nil || expected.js != nil else {
            return true
        }
        let document = try #require(HTML5Document.parse([response.text]).first)
        if let text = expected.text, document.text != text { return false }
        for (name, attributes) in expected.html5 ?? [:] {
            guard let element = document.elements.first(where: { $0.name == name }),
                Set(element.attributes.keys) == Set(attributes.keys),
                attributes.allSatisfy({ $1 == nil || element.attributes[$0] == $1 })
            else { return false }
        }
        for (name, value) in expected.js ?? [:] {
            let script = document.elements.first { $0.name == "script" }?.text ?? ""
            let literal = script.dropFirst("var \(name) = ".count).dropLast()
            guard (try? JSONDecoder().decode(String.self, from: Data(literal.utf8))) == value else {
                return false
            }
        }
        return true
    }

    /// The log and the error page name the file and a line.
    private func holds(
        _ place: Case.Place, _ response: Response, _ log: String, _ id: String
    ) -> Bool {
        if let names = place.names {
            return names.allSatisfy { response.text.contains($0) && log.contains($0) }
        }
        let file = "/psp/\(id)/\(place.file ?? "page.psp"):"
        let places = place.lines.isEmpty ? [file] : place.lines.map { "\(file)\($0):" }
        return places.contains { response.text.contains($0) && log.contains($0) }
    }
}
