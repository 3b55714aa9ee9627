// SPDX-License-Identifier: Apache-2.0
//
// The cases of Tests/Fixtures/Cases/cgi.jsonl: what a script prints, and what it finds in its
// environment.

import Foundation
import ModSwiftTesting
import Testing

private struct CGICase: Decodable {
    struct Expectation: Decodable {
        var status: Int?
        var body: String?
        var header_has: [String: String]?
        var absent_headers: [String]?
        var log: String?
        var env: [String: String]?
        var env_absent: [String]?
        var env_any_of: [String: [String?]]?
    }

    let id: String
    let input: String
    let kind: String?
    let files: [String: String]?
    let headers: [String: String]?
    let expect: Expectation

    /// Whether a script prints the input; otherwise it is a request's target.
    var isOutput: Bool { kind != nil }

    static var all: [CGICase] {
        get throws {
            let path = try "\(SourceTree.root)/Tests/Fixtures/Cases/cgi.jsonl"
            return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
                try JSONDecoder().decode(CGICase.self, from: Data($0.utf8))
            }
        }
    }
}

@Suite(.timeLimit(.minutes(10)))
struct CGICaseTests {
    @Test(arguments: [MPM.event, .prefork])
    func everyCaseIsRight(_ mpm: MPM) throws {
        let cases = try CGICase.all
        #expect(cases.count == 14)
        // One program for all of them: it prints a file of its directory.
        let print = """
            import Glibc
            let name = String(cString: getenv("QUERY_STRING"))
            let file = open("case-\\(name)", O_RDONLY)
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = read(file, &buffer, buffer.count)
            write(1, buffer, count)
            """
        let scripts = ["print.cgi": print, "s.cgi": CGISite.environment]
        try CGISite.with(scripts, mpm: mpm) { server throws in
            for example in cases {
                for (name, text) in example.files ?? [:] { try server.write(name, text) }
                if example.isOutput {
                    try server.write("cgi/case-\(example.id)", example.input)
                    try checkOutput(example, server)
                } else {
                    try checkEnvironment(example, server)
                }
            }
            // httpd's own words about headers, without an id of ours.
            server.allowLog(containing: "script")
        }
    }

    private func checkOutput(_ example: CGICase, _ server: HTTPD) throws {
        let mark = server.logMark()
        let response = try server.cgi("print.cgi?\(example.id)")
        let log = server.errorLog(since: mark)
        let expected = example.expect
        #expect(response.status == expected.status, "\(example.id): \(response)\n\(log)")
        if let body = expected.body { #expect(response.text == body, "\(example.id)") }
        for (name, value) in expected.header_has ?? [:] {
            #expect(response.headers[name] == value, "\(example.id): \(name)")
        }
        for name in expected.absent_headers ?? [] {
            #expect(response.headers[name] == nil, "\(example.id): \(name)")
        }
        guard let words = expected.log else { return }
        if words.contains("the script") {
            #expect(log.contains("print.cgi"), "\(example.id): \(log)")
        }
        if words.contains("first line") {
            #expect(log.contains("just text"), "\(example.id): \(log)")
        }
        if words.contains("names the line") {
            #expect(log.contains("nonsense"), "\(example.id): \(log)")
        }
    }

    private func checkEnvironment(_ example: CGICase, _ server: HTTPD) throws {
        let target = "/cgi\(example.input.dropFirst("GET ".count))"
        var headers: HeaderFields = [:]
        for (name, value) in example.headers ?? [:] { headers.add(name, value) }
        let response = try server.get(target, headers: headers)
        #expect(response.status == 200, "\(example.id): \(response)")
        let found = Self.variables(of: response)
        for (name, value) in example.expect.env ?? [:] {
            // The case has its script at the root of the server.
            let wanted = name == "SCRIPT_NAME" ? "/cgi\(value)" : value
            #expect(found[name] == wanted, "\(example.id): \(name)")
        }
        for name in example.expect.env_absent ?? [] {
            #expect(found[name] == nil, "\(example.id): \(name)")
        }
        for (name, values) in example.expect.env_any_of ?? [:] {
            #expect(values.contains(found[name]), "\(example.id): \(name)")
        }
    }

    static func variables(of response: Response) -> [String: String] {
        let pairs = response.text.split(separator: "\n").compactMap { line in
            line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[$0...].dropFirst())) }
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
