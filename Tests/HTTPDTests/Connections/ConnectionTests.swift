// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ConnectionTests {
    @Test(.bug(id: "N4-10"), arguments: [MPM.event, .prefork])
    func allRequestsOfAConnectionSeeOneObject(mpm: MPM) throws {
        let source = #"""
            final class Visits {
                var objects: [ObjectIdentifier] = []
                let address: String
                init(_ address: String) { self.address = address }
                deinit { Apache.log("\(objects.count) visits by \(address)", level: .notice) }
            }
            enum Seen: ConnectionStorageKey { typealias Value = Visits }

            func note(_ req: Request) -> Visits {
                let connection = req.connection
                let visits = connection[Seen.self] ?? Visits("\(connection.remoteAddr!)")
                connection[Seen.self] = visits
                visits.objects.append(ObjectIdentifier(connection))
                return visits
            }
            func handler(_ req: Request) throws -> Status {
                let visits = note(req)
                req.addHandler(.log, "app::after")
                if req.prev == nil { try req.internalRedirect("/app/y.do"); return .ok }
                req.contentType = "text/plain"
                req.write("\(visits.objects.count) \(Set(visits.objects).count) "
                    + "\(req.prev?.connection === req.connection)")
                return .ok
            }
            func after(_ req: Request) { _ = note(req) }
            """#
        try SwiftSite.with(source, mpm: mpm) { server throws in
            do {
                let connection = try server.connect()
                #expect(try connection.request("GET", "/app/x.do").text == "2 1 true")
                let again = try connection.request("GET", "/app/x.do")
                // Handlers of the log phase have run meanwhile.
                let count = try #require(Int(again.text.prefix { $0 != " " }))
                #expect(count > 4)
                #expect(again.text == "\(count) 1 true")
            }
            #expect(try server.app().text == "2 1 true")
            // Whatever thread ends a connection, its values are let go of.
            try server.expectLog(containing: " visits by 127.0.0.1:", times: 2)
        }
    }

    @Test func membersSayWhatTheConnectionIs() throws {
        let source = #"""
            func handler(_ req: Request) -> String {
                let c = req.connection
                if req.args == "close" { c.keepalive = .close }
                if req.args == "open" { c.keepalive = .keepalive }
                return [
                    "\(c.remoteIP == c.clientIP)", "\(c.remoteAddr == c.clientAddr)",
                    "\(c.remoteAddr?.ip == c.remoteIP)", "\(c.remoteAddr?.port == c.remotePort)",
                    "\(c.localIP ?? "-")", "\(c.localAddr?.port == c.localPort)",
                    "\(c.localAddr!)", "\(c.remoteHost ?? "nil")", "\(c.localHost ?? "nil")",
                    "\(c.remoteLogname ?? "nil")", "\(c.doubleReverse)", "\(c.isAborted)",
                    "\(c.isTLS)", "\(c.isOutgoing)", "\(c.isSecondary)",
                    "\(c.keepalives)", "\(c.keepalive)",
                ].joined(separator: "|")
            }
            """#
        try SwiftSite.with(source) { server throws in
            let start =
                "true|true|true|true|127.0.0.1|true|127.0.0.1:\(server.port)|nil|nil|nil|notDone"
                + "|false|false|false|false"
            let connection = try server.connect()
            #expect(try connection.request("GET", "/app/x.do").text == start + "|0|unknown")
            #expect(try connection.request("GET", "/app/x.do").text == start + "|1|unknown")
            let last = try connection.request("GET", "/app/x.do?close")
            #expect(last.text == start + "|2|close")
            #expect(last.headers["Connection"] == "close")
            try connection.expectEnd(after: last)
            // It cannot be kept open against the client's will.
            #expect(try server.app("open").headers["Connection"] == "close")
        }
    }

    @Test func namesThatWereLookedUpAreSeen() throws {
        let source = #"""
            func handler(_ req: Request) -> String {
                let c = req.connection
                return "\(c.remoteHost.map { "<\($0)>" } ?? "nil") \(c.doubleReverse)"
            }
            """#
        // The check of the name makes httpd look it up; what the answer is depends on the machine.
        let directives = """
            <RequireAny>
            Require host no-such-host.invalid
            Require all granted
            </RequireAny>
            """
        try SwiftSite.with(source, directives: directives) { server throws in
            let text = try server.app().text
            #expect(
                text.hasPrefix("<") && (text.hasSuffix("> confirmed") || text.hasSuffix("> failed"))
            )
        }
    }

    @Test func logAndNotesBelongToTheConnection() throws {
        let source = #"""
            func handler(_ req: Request) -> String {
                let c = req.connection
                let before = c.logID
                c.log("seen by a connection\nin two lines", level: .notice)
                c.log("kept back", level: .debug)
                c.notes.add("all", req.args ?? "")
                c.notes["bad"] = "a\r\nb"
                return "\(before != nil) \(c.logID != nil) \(c.notes.values(for: "all"))"
                    + " \(c.notes["bad"] ?? "nil")"
            }
            """#
        try SwiftSite.with(source) { server throws in
            let first = try server.connect()
            let second = try server.connect()
            let one = try first.request("GET", "/app/x.do?1").text.split(separator: " ")
            let other = try second.request("GET", "/app/x.do?2").text.split(separator: " ")
            let again = try first.request("GET", "/app/x.do?3").text.split(separator: " ")
            #expect(one[1] == "true" && again[0] == "true")
            #expect(other[2] == "[\"2\"]")
            #expect(again[2...].joined(separator: " ") == "[\"1\", \"3\"] nil")
            try server.expectLog(containing: "seen by a connection", times: 3)
            #expect(server.errorLog().contains("[client 127.0.0.1:"))
            #expect(server.errorLog().contains("in two lines"))
            #expect(!server.errorLog().contains("kept back"))
            // Nothing that a client sends may end the process.
            try server.expectLog(containing: "MSW0303: app/app.swift:", times: 3)
        }
    }

    @Test func requestsOfHTTP2HaveConnectionsOfTheirOwn() throws {
        let source = #"""
            enum Visited: ConnectionStorageKey { typealias Value = Bool }
            func handler(_ req: Request) -> String {
                let c = req.connection
                defer { c[Visited.self] = true }
                c.keepalive = .close
                return "\(c[Visited.self] ?? false) \(c.isSecondary) "
                    + "\(c.baseServer === Apache.mainServer) \(c.remoteAddr?.port != nil)"
            }
            """#
        try SwiftSite.with(source, modules: ["http2"], global: "Protocols h2c http/1.1") {
            server throws in
            #expect(try server.app().text == "false false true true")
            let answer = try server.curl("/app/x.do", "--http2-prior-knowledge")
            #expect(answer.text == "false true true true")
        }
    }

    @Test func aConnectionUsedAfterItsEndStopsWithASentence() throws {
        let source = """
            nonisolated(unsafe) var kept: Connection?
            func handler(_ req: Request) -> String {
                if let kept { return kept.remoteIP ?? "-" }
                kept = req.connection
                return "kept"
            }
            """
        try SwiftSite.with(source, mpm: .prefork) { server throws in
            server.allowLog(containing: "MSW0401")
            server.allowLog(containing: "Fatal error")
            #expect(eventually { (try? server.app().status) == 500 })
            #expect(server.errorLog().contains("A connection was used after it had ended"))
        }
    }
}
