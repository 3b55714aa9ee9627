// SPDX-License-Identifier: Apache-2.0
//
// The two snippets of the README, which are a contract, exactly as they stand there.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct HelloTests {
    @Test(arguments: MPM.allCases)
    func theTwoSnippetsOfTheReadmeAnswer(_ mpm: MPM) throws {
        let configuration = try readmeSnippet("apache")
        let source = try readmeSnippet("swift")
        let stage = try ModSwiftStage.fromEnvironment()
        let lines = configuration.split(separator: "\n").dropFirst().joined(separator: "\n")
            .replacing("/srv/www/hello", with: "${HTDOCS}/hello")
        #expect(configuration.hasPrefix("LoadModule swift_module "))
        #expect(!stage.module.isEmpty)
        try HTTPD.with(.modSwift(mpm: mpm, text: lines)) { server throws in
            try server.write("hello/hello.swift", source)
            for path in ["/hello/x.do", "/hello/there.is.no.such.file.do"] {
                let answer = try server.get(path)
                #expect(answer.status == 200)
                #expect(answer.text == "Hello World!\n")
                #expect(answer.headers["Content-Type"] == "text/plain")
                #expect(answer.headers["Content-Length"] == "13")
            }
            try server.write("hello/plain.txt", "as usual")
            #expect(try server.get("/hello/plain.txt").text == "as usual")
            #expect(try server.get("/hello/plain.txt").headers["Content-Type"] == "text/plain")
        }
    }

    @Test func serverHeaderNamesModSwiftAndSwiftAsFarAsServerTokensAllows() throws {
        let source = "func handler(_ req: Request) {}"
        try SwiftSite.with(source, global: "ServerTokens Full") { server throws in
            let header = try #require(try server.app().headers["Server"])
            #expect(header.contains(/\ mod_swift\/\d+\.\d+\.\d+ Swift\/\d+\.\d+/))
        }
        try SwiftSite.with(source, global: "ServerTokens Prod") { server throws in
            #expect(try server.app().headers["Server"] == "Apache")
        }
    }

    @Test func hello2OverHTTP2() throws {
        let source = "func handler(_ req: Request) -> String { req.protocol }"
        try SwiftSite.with(source, modules: ["http2"], global: "Protocols h2c http/1.1") {
            server throws in
            let answer = try server.curl("/app/x.do", "--http2-prior-knowledge")
            #expect(answer.text == "HTTP/2.0")
        }
    }

    private func readmeSnippet(_ language: String) throws -> String {
        let root = try #require(ProcessInfo.processInfo.environment["MOD_SWIFT_SOURCE"])
        let readme = try String(contentsOfFile: "\(root)/README.md", encoding: .utf8)
        let start = try #require(readme.range(of: "```\(language)\n"))
        let end = try #require(readme.range(of: "```", range: start.upperBound..<readme.endIndex))
        return String(readme[start.upperBound..<end.lowerBound])
    }
}
