// SPDX-License-Identifier: Apache-2.0
//
// What a child keeps for handlers that were named in other places than the server's configuration, or under
// very many servers.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ChildMemoryTests {
    private static let source = """
        func handler(_ req: Request) -> Status {
            if req.args == "add" { req.addHandler(.log, "app::logHandler") }
            req.write("x")
            return .ok
        }
        func logHandler(_ req: Request) -> Status { .ok }
        """

    /// 535 bytes for each phase that a module does not have, and a reference for each handler added.
    @Test(arguments: ["htaccess", "add"])
    func requestsLeaveNothingInTheirChild(_ way: String) throws {
        var configuration = try HTTPDConfiguration.modSwift(
            text: """
                <Directory "${HTDOCS}/app">
                    AllowOverride All
                    SwiftAllowHtaccess On
                    AddHandler mod_swift .do
                    \(way == "add" ? "SwiftHandler app" : "")
                </Directory>
                """)
        configuration.children = 1
        configuration.threadsPerChild = 4
        try HTTPD.with(configuration) { server in
            try server.writeApp(Self.source)
            if way == "htaccess" { try server.write("app/.htaccess", "SwiftHandlerModule app\n") }
            let child = try #require(server.childPIDs.first)
            func ask(_ count: Int) throws {
                let load = server.hammer(
                    "/app/x.do?\(way)", connections: 4, requestsPerConnection: count / 4
                ) { guard $0.text == "x" else { throw Unexpected(text: $0.text) } }
                #expect(load.errors == [:])
            }
            try ask(4_000)
            let before = try ProcessResources.memory(of: child)
            try ask(8_000)
            let growth = try ProcessResources.memory(of: child) - before
            print("\(way): \(growth) KB more after 8,000 requests")
            // 4 MB and more for the phases.
            #expect(growth < 600)
        }
    }

    /// One line of the main server stands for a function in each virtual host.
    @Test func manyVirtualHostsShareAHandler() throws {
        let count = 600
        let hosts = (0..<count).map {
            "<VirtualHost *:${PORT}>\nServerName host\($0)\n</VirtualHost>"
        }.joined(separator: "\n")
        let source = """
            import Synchronization
            let calls = Mutex(0)
            func handler(_ req: Request) -> String {
                "\\(req.interpreter) \\(calls.withLock { $0 += 1; return $0 })"
            }
            """
        try SwiftSite.with(
            source, directives: "SwiftInterpreter all", global: hosts, children: 1
        ) { server throws in
            let child = try #require(server.childPIDs.first)
            func ask() throws {
                let connection = try server.connect()
                for host in 0..<count {
                    let response = try connection.request(
                        "GET", "/app/x.do", headers: ["Host": "host\(host)"])
                    #expect(response.status == 200)
                    if !connection.isReusable { return }
                }
            }
            try ask()
            let before = try ProcessResources.memory(of: child)
            for _ in 0..<3 { try ask() }
            #expect(try ProcessResources.memory(of: child) - before < 600)
        }
        try SwiftSite.with(
            "func handler(_ req: Request) -> String { req.server.serverHostname ?? \"-\" }",
            global: "MaxKeepAliveRequests 0\n" + hosts, children: 1
        ) { server throws in
            let child = try #require(server.childPIDs.first)
            _ = try server.get("/app/x.do", headers: ["Host": "host0"])
            let before = try ProcessResources.memory(of: child)
            for round in 0..<2 {
                let connection = try server.connect(timeout: .seconds(120))
                for host in 0..<count {
                    let response = try connection.request(
                        "GET", "/app/x.do", headers: ["Host": "host\(host)"])
                    #expect(response.text == "host\(host)", "round \(round)")
                }
            }
            let growth = try ProcessResources.memory(of: child) - before
            print("\(count) virtual hosts: \(growth) KB")
            // Each host has a copy of the module, about 20 KB; a chain that was copied for each of them had
            // 180,000 links, 17 MB more.
            #expect(growth < 18_000)
        }
    }
}
