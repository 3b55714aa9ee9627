// SPDX-License-Identifier: Apache-2.0
//
// SwiftInputFilter and SwiftOutputFilter: where they may stand, and by which of httpd's directives
// their names are used.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct FilterDirectiveTests {
    @Test(arguments: [
        ("SwiftOutputFilter", "takes 1-2 arguments"),
        ("SwiftOutputFilter a b c", "takes 1-2 arguments"),
        ("SwiftOutputFilter ::f", "\"::f\" is not a handler"),
        ("SwiftInputFilter # a", "no comments at the end of a line"),
        ("SwiftOutputFilter a \"B C\"", "\"B C\" is not a name for a filter"),
        ("SwiftOutputFilter a B;C", "\"B;C\" is not a name for a filter"),
        ("SwiftOutputFilter a chunk", "another module has a filter \"chunk\" already"),
        ("SwiftOutputFilter a MOD_SWIFT", "another module has a filter \"mod_swift\" already"),
        ("SwiftInputFilter a HTTP_IN", "another module has a filter \"http_in\" already"),
        ("<VirtualHost *:1>\nSwiftOutputFilter a A\nSwiftInputFilter a A\n</VirtualHost>", ""),
        ("<Location /x>\nSwiftOutputFilter a A\n</Location>\nSwiftOutputFilter b a", ""),
        ((0..<64).map { "SwiftOutputFilter a A\($0)\n" }.joined(), ""),
        ((0..<65).map { "SwiftOutputFilter a A\($0)\n" }.joined(), "filters of 64 names already"),
        ((0..<65).map { "SwiftInputFilter a A\($0)\n" }.joined(), ""),
    ])
    func aFilterDirectiveIsTakenOrRefusedWithASentence(text: String, sentence: String) throws {
        let server = try HTTPD(.modSwift(text: text))
        defer { server.close() }
        let test = server.configTest()
        #expect(test.ok == sentence.isEmpty, "\(text): \(test.output)")
        #expect(sentence.isEmpty || test.output.contains(sentence), "\(text): \(test.output)")
    }

    private static let source = """
        func handler(_ req: Request) throws -> Status {
            req.contentType = req.headersIn["X-Type"] ?? "text/plain"
            for part in ["a", "b", "c"] { req.write(part); try req.flush() }
            return .ok
        }

        func upper(_ filter: Filter) throws {
            while let bytes = try filter.read() {
                filter.write(bytes.map { (97...122).contains($0) ? $0 - 32 : $0 })
            }
        }

        func facts(_ filter: Filter) async throws {
            try filter.passOn()
            guard filter.isClosed else { return }
            filter.req.log("\\(filter.name) \\(filter.handler) \\(filter.directory ?? "-")", level: .notice)
        }

        enum Edge {
            static func brackets(_ filter: Filter) throws {
                while let bytes = try filter.read() {
                    filter.write("[")
                    filter.write(bytes)
                    filter.write("]")
                }
            }
        }

        /// Writes to the answer while it runs: httpd calls it within its own call.
        func own(_ filter: Filter) throws {
            while let bytes = try filter.read() {
                filter.req.write("own ")
                filter.write(bytes)
            }
        }

        func trapping(_ filter: Filter) throws { _ = [0][try filter.read()?.count ?? 1] }

        func echo(_ req: Request) throws -> Status {
            req.contentType = "text/plain"
            req.write(try req.read())
            return .ok
        }
        """

    /// A directory whose text files pass through what its lines say.
    private static func directory(_ name: String, _ lines: String) -> String {
        "<Directory \"${HTDOCS}/\(name)\">\n\(lines)\n</Directory>\n"
    }

    private static func serve(
        _ directories: [(String, String)], modules: [String] = [], global: String = "",
        _ body: (HTTPD) throws -> Void
    ) throws {
        let sections = directories.map { directory($0.0, $0.1) }.joined()
        try SwiftSite.with(
            source, modules: modules, global: "SwiftPath \"${HTDOCS}/app\"\n\(global)\n\(sections)"
        ) { server throws in
            for (name, _) in directories {
                try server.write("\(name)/a.txt", "abc")
                try server.write("\(name)/a.up", "abc")
            }
            try body(server)
        }
    }

    @Test func eachOfHttpdsDirectivesReachesAFilterByItsName() throws {
        let smart = """
            FilterDeclare smart
            FilterProvider smart BRACKETS "%{req:X-Which} == 'brackets'"
            FilterProvider smart UPPER "%{req:X-Which} == 'upper'"
            FilterChain smart
            """
        try Self.serve(
            [
                ("set", "SetOutputFilter UPPER"), ("both", "SetOutputFilter Brackets;upper"),
                ("add", "AddOutputFilter UPPER .up"), ("text", "SetOutputFilter app::upper"),
                ("type", "AddOutputFilterByType UPPER text/plain"), ("smart", smart),
                ("own", "AddOutputFilterByType OWN text/plain\nSetHandler mod_swift"),
                ("inner", "SwiftOutputFilter app::Edge.brackets UPPER\nSetOutputFilter UPPER"),
                ("trap", "AddOutputFilterByType TRAP text/plain"),
                ("in", "SetHandler mod_swift\nSwiftHandler app::echo\nSetInputFilter UPPER"),
                ("facts", "SetOutputFilter FACTS"), ("deflate", "SetOutputFilter UPPER;DEFLATE"),
            ], modules: ["filter", "deflate"],
            global: """
                SwiftHandler app
                SwiftOutputFilter app::upper UPPER
                SwiftOutputFilter app::Edge.brackets BRACKETS
                SwiftOutputFilter app::upper
                SwiftOutputFilter app::own OWN
                SwiftOutputFilter app::trapping TRAP
                SwiftInputFilter app::upper UPPER
                <Directory "${HTDOCS}/facts">
                SwiftOutputFilter app::facts FACTS
                </Directory>
                """
        ) { server throws in
            func get(_ path: String, _ headers: HeaderFields = [:]) throws -> Response {
                try server.get(path, headers: headers)
            }
            let changed = try get("/set/a.txt")
            #expect(changed.text == "ABC")
            #expect(changed.headers["ETag"] == nil)
            #expect(changed.headers["Accept-Ranges"] == nil)
            #expect(try get("/both/a.txt").text == "[ABC]")
            #expect(try get("/add/a.up").text == "ABC")
            #expect(try get("/add/a.txt").text == "abc")
            #expect(try get("/text/a.txt").text == "ABC")
            #expect(try get("/type/a.txt").text == "ABC")
            #expect(try get("/type/a.up").text == "abc")
            for (which, text) in ["upper": "ABC", "brackets": "[abc]", "": "abc"] {
                #expect(try get("/smart/a.txt", ["X-Which": which]).text == text)
            }
            // What is written to the answer is buffered, and comes behind what is on its way.
            let own = try get("/own/a.txt").text
            #expect(own == "aown bown cown ")
            #expect(try get("/own/a.txt", ["X-Type": "text/html"]).text == "abc")
            #expect(try get("/inner/a.txt").text == "[abc]")
            #expect(try server.post("/in/a.txt", .text("abc")).text == "ABC")
            #expect(try get("/deflate/a.txt").text == "ABC")
            try server.write("deflate/long.txt", String(repeating: "a", count: 4000))
            let packed = try get("/deflate/long.txt", ["Accept-Encoding": "gzip"])
            #expect(packed.headers["Content-Encoding"] == "gzip")
            let kept = try get("/facts/a.txt")
            #expect(kept.text == "abc")
            #expect(kept.headers["ETag"] != nil)
            #expect(kept.headers["Content-Length"] == "3")
            try server.expectLog(containing: "facts app::facts /")
            #expect(try get("/trap/a.txt").status == 500)
            try server.expectLog(containing: "MSW0401: SwiftOutputFilter app::trapping: trapped")
            try server.expectLog(containing: "trap 1: Index out of range")
            #expect(try get("/set/a.txt").text == "ABC")
        }
    }

    @Test(.bug(id: "N4-40")) func aNameThatIsNotInEffectLetsAllPass() throws {
        try Self.serve(
            [
                ("here", "SwiftOutputFilter app::upper HERE\nSwiftInputFilter app::upper HERE"),
                ("there", "SetOutputFilter HERE\nSetInputFilter HERE"),
            ], global: "LogLevel swift:debug"
        ) { server throws in
            // Which is worth a warning.
            try server.expectLog(containing: "MSW0571", times: 2)
            let passed = try server.get("/there/a.txt")
            #expect(passed.text == "abc")
            #expect(passed.headers["ETag"] != nil)
            try server.expectLog(containing: "the filter \"here\" has no function here")
        }
    }

    @Test func htaccessUsesFiltersAndNamesNone() throws {
        let text = "AllowOverride All\nSetOutputFilter UPPER"
        try Self.serve(
            [("set", text), ("bare", "AllowOverride All"), ("path", text)],
            global: "SwiftOutputFilter app::upper UPPER"
        ) { server throws in
            #expect(try server.get("/set/a.txt").text == "ABC")
            try server.write("bare/.htaccess", "SetOutputFilter UPPER\n")
            #expect(try server.get("/bare/a.txt").text == "ABC")
            try server.write("set/.htaccess", "SwiftOutputFilter app::upper UPPER\n")
            #expect(try server.get("/set/a.txt").status == 500)
            try server.expectLog(
                containing: "SwiftOutputFilter cannot stand in .htaccess: have it put into the "
                    + "server's configuration, and write \"SetOutputFilter UPPER\" here")
            try server.write("set/.htaccess", "SwiftInputFilter app::upper\n")
            #expect(try server.get("/set/a.txt").status == 500)
            try server.expectLog(containing: "write \"SetInputFilter app::upper\" here")
            // The one who may write there would choose the code that runs.
            try server.write("path/app.swift", "import ModSwift\nfunc upper(_ filter: Filter) {}\n")
            try server.write("path/.htaccess", "SwiftPath htdocs/path\n")
            let refused = try server.get("/path/a.txt")
            #expect(refused.status == 500)
            #expect(!refused.text.contains("abc"))
            try server.expectLog(containing: "MSW0202")
        }
    }

    @Test func sourcesOfFiltersAreNotServed() throws {
        try Self.serve([("set", "SwiftOutputFilter upper UPPER")]) { server throws in
            try server.expectLog(containing: "MSW0571")
            try server.write("set/upper.swift", "import ModSwift\n")
            #expect(try server.get("/set/upper.swift").status == 403)
            try server.expectLog(containing: "MSW0203")
        }
    }
}
