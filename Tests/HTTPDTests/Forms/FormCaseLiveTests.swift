// SPDX-License-Identifier: Apache-2.0
//
// The cases of Tests/Fixtures/Cases/forms.jsonl against a server: in one piece, and in chunks cut
// everywhere.

import ModSwiftTesting
import TestCases
import Testing

@Suite(.timeLimit(.minutes(10)))
struct FormCaseLiveTests {
    private static let handlers =
        FormSite.teller + """

            struct Checkbox: Decodable { var on: Bool }
            struct OptionalCheckbox: Decodable { var on: Bool? }
            func decode(_ req: Request) throws -> String { "\\(try req.form().decode(Checkbox.self).on)" }
            func decodeOptional(_ req: Request) throws -> String {
                "\\(try req.form().decode(OptionalCheckbox.self).on.map { "\\($0)" } ?? "null")"
            }
            """

    private static let global = """
        SwiftPath "${HTDOCS}/app"
        <Location "/app/fields.do">
            SwiftFormLimits fields=5
        </Location>
        <Location "/app/parts.do">
            SwiftFormLimits parts=5
        </Location>
        <Location "/app/body.do">
            SwiftFormLimits body=1000
        </Location>
        <Location "/app/decode.do">
            SwiftHandler app::decode
        </Location>
        <Location "/app/optional.do">
            SwiftHandler app::decodeOptional
        </Location>
        """

    @Test func everyCaseHasARightResponse() throws {
        let cases = FormCase.all.filter { $0.feature != "forms/spool" } + FormCase.captured
        try SwiftSite.with(Self.handlers, global: Self.global) { server throws in
            server.allowLog(containing: "MSW0600")
            server.allowLog(containing: "MSW0601")
            server.allowLog(containing: "MSW0602")
            _ = try server.app()
            for formCase in cases {
                let response = try server.send(formCase)
                #expect(
                    formCase.expectations.contains { response.satisfies($0) },
                    "\(formCase.id): \(response.status) \(response.text)")
            }
        }
    }

    @Test func cutsChangeNothing() throws {
        let cases = FormCase.all.filter(\.isCutEverywhere)
        #expect(cases.count > 8)
        try SwiftSite.with(Self.handlers) { server throws in
            _ = try server.app()
            for formCase in cases {
                var connection = try server.connect()
                var headers = HeaderFields()
                for (name, value) in formCase.headers { headers.add(name, value) }
                let body = formCase.body
                let whole = try connection.request(
                    "POST", "/app/x.do", headers: headers, body: .bytes(body))
                let cuts = (1..<body.count).map { [Array(body[..<$0]), Array(body[$0...])] }
                for chunks in cuts + [body.map { [$0] }] {
                    if !connection.isReusable { connection = try server.connect() }
                    let response = try connection.request(
                        "POST", "/app/x.do", headers: headers, body: .chunks(chunks))
                    #expect(response.text == whole.text, "\(formCase.id) \(chunks[0].count)")
                }
            }
        }
    }
}

extension HTTPD {
    fileprivate func send(_ formCase: FormCase) throws -> Response {
        var headers = HeaderFields()
        for (name, value) in formCase.headers { headers.add(name, value) }
        let query = formCase.query.isEmpty ? "" : "?\(formCase.query)"
        let body: RequestBody? =
            formCase.method == "GET"
            ? nil : formCase.isChunked ? .chunks([formCase.body]) : .bytes(formCase.body)
        return try request(
            formCase.method, "/app/\(formCase.page).do\(query)", headers: headers, body: body)
    }
}

extension FormCase {
    /// What the case is sent to.
    fileprivate var page: String {
        if let structure { return structure.contains("Bool?") ? "optional" : "decode" }
        return ["fields", "parts", "body"].first { needs?.contains($0) == true } ?? "x"
    }
}

extension Response {
    fileprivate func satisfies(_ expectation: FormCase.Expectation) -> Bool {
        guard status == expectation.status else { return false }
        if let decoded = expectation.decoded {
            return text == (decoded["on"].flatMap { $0 }.map { "\($0)" } ?? "null")
        }
        if let name = expectation.names {
            return text.contains("\n\(name) is neither true nor false")
        }
        guard let expected = expectation.fields else { return true }
        let fields = FormSite.fields(text)
        return fields.count == expected.count && zip(fields, expected).allSatisfy { $0.isRight($1) }
    }
}
