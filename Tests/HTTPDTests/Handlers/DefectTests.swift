// SPDX-License-Identifier: Apache-2.0
//
// Defects of mod_python that belong to no single object: each is named by its number in the list of
// what must not be repeated.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct DefectTests {
    @Test(.bug(id: "N4-02")) func aThrownOkEqualsAReturnedOne() throws {
        let source = """
            func a(_ req: Request) throws -> Status { req.write("a"); throw Status.ok }
            func b(_ req: Request) throws -> Status { req.write("b"); throw Status.declined }
            func c(_ req: Request) { req.write("c") }
            """
        try SwiftSite.with(source, handler: "app::a app::b app::c") { server throws in
            #expect(try server.app().text == "abc")
        }
    }

    @Test(.bug(id: "N4-03")) func modulesOfOneNameInTwoDirectoriesAreTwo() throws {
        let other = """
            <Directory "${HTDOCS}/other">
                AddHandler mod_swift .do
                SwiftHandler app
            </Directory>
            """
        let source = { (name: String) in
            """
            nonisolated(unsafe) var calls = 0
            func handler(_ req: Request) -> String { calls += 1; return "\(name) \\(calls)" }
            """
        }
        try SwiftSite.with(source("one"), global: other, children: 1) { server throws in
            try server.write("other/app.swift", "import ModSwift\n\(source("two"))\n")
            #expect(try server.app().text == "one 1")
            #expect(try server.get("/other/x.do").text == "two 1")
            #expect(try server.app().text == "one 2")
        }
    }

    @Test(.bug(id: "N4-04")) func aReloadedModuleBeginsAnew() throws {
        let source = { (word: String) in
            """
            nonisolated(unsafe) var seen: [String] = []
            func handler(_ req: Request) -> String {
                seen.append("\(word)")
                return seen.joined(separator: " ")
            }
            """
        }
        try SwiftSite.with(source("old"), directives: "SwiftDebug On", children: 1) {
            server throws in
            #expect(try server.app().text == "old")
            #expect(try server.app().text == "old old")
            try server.writeApp(source("new"))
            #expect(try server.app().text == "new")
        }
    }

    @Test(.bug(id: "N4-40")) func nothingIsSentBehindTheEndAndUnknownFiltersAreTold() throws {
        let source = """
            func handler(_ req: Request) -> String {
                req.addOutputFilter { filter in
                    filter.write("once")
                    filter.close()
                    try filter.flush()
                }
                do { try req.addOutputFilter("NO_SUCH") } catch { return "\\(error)" }
                return "known"
            }
            """
        try SwiftSite.with(source) { server throws in
            let connection = try server.connect()
            for _ in 1...3 { #expect(try connection.request("GET", "/app/x.do").text == "once") }
        }
    }

    @Test(.bug(id: "N4-41")) func newsInTheStreamKeepsItsPlaceAndNothingBehindItIsLost() throws {
        // The first filter hands the second one data, a flush, data and the end in one go.
        let source = """
            func handler(_ req: Request) throws {
                var held: [[UInt8]] = []
                req.addOutputFilter { filter in
                    while let bytes = try filter.read() { held.append(bytes) }
                    if held.count == 3 { for bytes in held { filter.write(bytes); try filter.flush() }; held = [] }
                }
                req.addOutputFilter { filter in
                    try filter.forEachChunk { filter.write("["); filter.write($0); filter.write("]") }
                }
                for part in ["a", "b", "c"] { req.write(part); try req.flush() }
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().text == "[a][b][c]")
        }
    }

    @Test(.bug(id: "N4-42")) func requestsLeaveNothingBehind() throws {
        let source = """
            import Glibc

            func handler(_ req: Request) throws -> String {
                if req.args == "memory" { return "\\(residentPages())" }
                _ = (req.connection.remoteIP, req.server.names, req.finfo, req.headersIn.keys)
                req.headersOut["X-A"] = String(repeating: "a", count: 100)
                req.addHandler(.log, "app::after")
                req.registerCleanup { [kept = req.uri] in _ = kept }
                req.addOutputFilter { filter in try filter.forEachChunk { filter.write($0) } }
                let table = Table()
                table.add("a", "b")
                return String(repeating: "x", count: 1000) + (table["a"] ?? "")
            }

            func after(_ req: Request) {}

            func residentPages() -> Int {
                guard let file = fopen("/proc/self/statm", "r") else { return 0 }
                defer { fclose(file) }
                var numbers = (0, 0)
                withUnsafeMutablePointer(to: &numbers.0) { total in
                    withUnsafeMutablePointer(to: &numbers.1) { resident in
                        _ = withVaList([total, resident]) { vfscanf(file, "%ld %ld", $0) }
                    }
                }
                return numbers.1
            }
            """
        try SwiftSite.with(
            source, mpm: .prefork, global: "MaxKeepAliveRequests 0", children: 1
        ) { server throws in
            let connection = try server.connect()
            func pagesAfter(_ count: Int) throws -> Int {
                for _ in 0..<count { _ = try connection.request("GET", "/app/x.do") }
                return try #require(Int(connection.request("GET", "/app/x.do?memory").text))
            }
            let before = try pagesAfter(1000)
            let after = try pagesAfter(3000)
            #expect(before > 100)
            // A leak of a hundred bytes for each request would be 73 pages.
            #expect(after - before < 40, "\(before) pages, then \(after)")
        }
    }
}
