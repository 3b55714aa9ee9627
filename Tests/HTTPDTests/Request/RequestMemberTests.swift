// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RequestMemberTests {
    @Test func everyMemberCanBeReadAtAnyTime() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                req.addHandler(.log, "app::after")
                req.registerCleanup { req.log("cleanup \\(req.args ?? "-") \\(all(req))", level: .notice) }
                if req.args == "redirect", req.prev == nil {
                    try req.internalRedirect("/app/y.do?redirected")
                    return .ok
                }
                req.write("content \\(all(req))\\n")
                return .ok
            }
            func after(_ req: Request) -> Status {
                req.log("after \\(req.args ?? "-") \\(all(req))", level: .notice)
                return .ok
            }
            \(Self.readAll)
            """
        try SwiftSite.with(
            source, modules: ["http2", "include"],
            directives: "AddOutputFilter INCLUDES .shtml\nOptions +Includes",
            global: "Protocols h2c http/1.1"
        ) { server throws in
            try server.write("app/page.shtml", "<!--#include virtual=\"/app/sub.do?sub\" -->")
            #expect(try server.app("one").text.hasPrefix("content 62"))
            #expect(try server.app("redirect").text.hasPrefix("content 62"))
            #expect(try server.get("/app/page.shtml").text.hasPrefix("content 62"))
            // HTTP/0.9 has no headers.
            #expect(try server.rawExchange("GET /app/x.do?oldest\r\n").hasPrefix("content 62"))
            let old = try server.rawExchange("GET /app/x.do?old HTTP/1.0\r\n\r\n")
            #expect(old.contains("\r\n\r\ncontent 62"))
            let second = try server.curl("/app/x.do?two", "--http2-prior-knowledge")
            #expect(second.text.hasPrefix("content 62"))
            for query in ["one", "redirect", "oldest", "old", "two"] {
                try server.expectLog(containing: "after \(query) 62")
            }
            // These have no separate log phase.
            for query in ["one", "redirect", "redirected", "sub", "oldest", "old", "two"] {
                try server.expectLog(containing: "cleanup \(query) 62")
            }
        }
    }

    /// Reads every member and prints their number.
    static let readAll = """
        func all(_ req: Request) -> String {
            let strings: [String?] = [
                req.theRequest, req.method, req.protocol, req.hostname, req.unparsedURI, req.uri, req.args,
                req.pathInfo, req.filename, req.canonicalFilename, req.statusLine, req.contentType,
                req.contentEncoding, req.vlistValidator, req.range, req.user, req.apAuthType, req.authType,
                req.authName, req.useragentIP, req.useragentAddr?.ip, req.remoteHost(), req.remoteHost(.host),
                req.remoteHost(.noLookup), req.sslVarLookup("SSL_CIPHER"), req.tls?.cipher, req.documentRoot,
                req.logID, req.handler, req.extension, req.makeETag(), req.interpreter,
            ]
            let numbers: [Int] = [
                req.methodNumber.rawValue, req.protoNum, req.usedPathInfo.rawValue, req.status.rawValue,
                req.clength, req.bytesQueued, req.bytesSent, req.sentBodyct, req.allowed,
                req.proxyreq.rawValue, req.readLength, req.remaining ?? 0, req.readBody.rawValue,
                req.allowedMethods.count, req.allowedXmethods.count, req.contentLanguages.count,
            ]
            let flags: [Bool] = [
                req.isHeaderOnly, req.assbackwards, req.chunked, req.noCache, req.noLocalCopy, req.eosSent,
                req.readChunked, req.expecting100, req.isHTTPS, req.isContentTypeSet,
            ]
            let others: [Any?] = [req.requestTime, req.mtime, req.parsedURI, req.finfo]
            _ = (req.meetsConditions(), try? req.constructURL("/"), req.main, req.prev, req.next)
            return "\\(strings.count + numbers.count + flags.count + others.count)"
        }
        """

    @Test func membersSayWhatHttpdKnows() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                let parsed = req.parsedURI
                return [
                    "\\(req.methodNumber == .post) \\(req.protoNum) \\(req.assbackwards) \\(req.isHTTPS)",
                    "\\(parsed.path ?? "-") \\(parsed.query ?? "-") \\(parsed.scheme ?? "-")",
                    "\\(parsed.hostinfo ?? "-") \\(parsed.user ?? "-") \\(parsed.password ?? "-")",
                    "\\(parsed.hostname ?? "-") \\(parsed.port ?? -1) \\(parsed.fragment ?? "-")",
                    "\\(req.remaining ?? -1) \\(req.readLength) \\(req.readChunked) \\(req.expecting100)",
                    "\\(req.usedPathInfo == .default) \\(req.handler ?? "-") \\(req.proxyreq == .none)",
                    "\\(req.useragentIP ?? "-") \\((req.useragentAddr?.port ?? 0) > 0)",
                    "\\(req.remoteHost() ?? "-") \\(req.remoteHost(.host) ?? "nil")",
                    "\\(req.authType ?? "-") \\(req.authName ?? "-") \\(req.apAuthType ?? "-")",
                    "\\(req.mtime ?? -1) \\(req.requestTime > 1_700_000_000)",
                    "\\(req.documentRoot?.hasSuffix("htdocs") ?? false) \\(req.bytesQueued) \\(req.sentBodyct)",
                    "\\(req.contentEncoding ?? "-") \\(req.contentLanguages) \\(req.statusLine ?? "-")",
                    "\\(req.isContentTypeSet) \\(req.extension ?? "-")",
                    try req.constructURL("/a?b"),
                ].joined(separator: "\\n")
            }
            """
        try SwiftSite.with(
            source, modules: ["authn_core"],
            directives:
                "AuthType Basic\nAuthName \"a realm\"\nAcceptPathInfo Default\nAddEncoding gzip .gz\nAddLanguage de .de"
        ) { server throws in
            let path = "http://127.0.0.1:81/app/a%20b.de.gz.do?q=%20"
            let answer = try server.request("POST", path, body: .text("12345"))
            #expect(
                answer.text == """
                    true 1001 false false
                    /app/a b.de.gz.do q=%20 http
                    127.0.0.1:81 - -
                    127.0.0.1 81 -
                    5 0 false false
                    true mod_swift true
                    127.0.0.1 true
                    127.0.0.1 nil
                    Basic a realm -
                    -1.0 true
                    true 0 0
                    gzip ["de"] -
                    false -
                    http://127.0.0.1:81/a?b
                    """)
            let chunked = try server.post("/app/x.do", .chunks([Array("123".utf8)])).text
            #expect(chunked.contains("\n-1 0 true false\n"))
            #expect(chunked.contains("/app/x.do - -\n- - -\n- -1 -\n"))
        }
    }

    @Test func extensionsAndHandlersAreNamed() throws {
        let source = "func handler(_ req: Request) -> String { req.extension ?? \"any\" }"
        try SwiftSite.with(source, handler: "app | .do", directives: "SwiftHandler app") {
            server throws in
            #expect(try server.app().text == ".do")
        }
    }

    @Test func theBodyIsCountedAsItIsRead() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                var facts = ["\\(req.remaining ?? -1) \\(req.readLength) \\(req.expecting100)"]
                _ = try req.read(2)
                facts.append("\\(req.remaining ?? -1) \\(req.readLength) \\(req.expecting100)")
                _ = try req.read()
                facts.append("\\(req.remaining ?? -1) \\(req.readLength) \\(req.readChunked)")
                return facts.joined(separator: ", ")
            }
            """
        try SwiftSite.with(
            source, modules: ["http2"], global: "Protocols h2c http/1.1"
        ) { server throws in
            let expecting = try server.post(
                "/app/x.do", .text("12345"), headers: ["Expect": "100-continue"])
            #expect(expecting.text == "5 0 true, 3 2 false, 0 5 false")
            let chunked = try server.post("/app/x.do", .chunks([Array("123".utf8)]))
            #expect(chunked.text == "-1 0 false, -1 2 false, -1 3 true")
            #expect(try server.app().text == "0 0 false, 0 0 false, 0 0 false")
            let second = try server.curl("/app/x.do", "--http2-prior-knowledge", "-d", "123")
            #expect(second.text == "3 0 false, 1 2 false, 0 3 false")
            let none = try server.curl("/app/x.do", "--http2-prior-knowledge")
            #expect(none.text == "0 0 false, 0 0 false, 0 0 false")
        }
    }
}
