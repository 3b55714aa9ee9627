// SPDX-License-Identifier: Apache-2.0
//
// Whose filters apply where one request leads to another: subrequests, error documents, internal
// redirects, directory indexes, pages that include pages. And the directives for input filters.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct FilterPlaceTests {
    private static let source = """
        func mark(_ filter: Filter, _ open: String, _ close: String) throws {
            while let bytes = try filter.read() {
                filter.write(open)
                filter.write(bytes)
                filter.write(close)
            }
        }

        func round(_ filter: Filter) throws { try mark(filter, "(", ")") }
        func square(_ filter: Filter) throws { try mark(filter, "[", "]") }

        func upper(_ filter: Filter) throws {
            while let bytes = try filter.read() {
                filter.write(bytes.map { (97...122).contains($0) ? $0 - 32 : $0 })
            }
        }

        /// Which request it has, in place of what was there.
        func whose(_ filter: Filter) throws {
            while try filter.read() != nil {}
            guard filter.isAtEnd else { return }
            let req = filter.req
            filter.write("\\(req.uri) \\(req.main == nil) \\(req.prev == nil) \\(req.status.rawValue)")
        }

        func handler(_ req: Request) throws -> Status {
            req.contentType = "text/plain"
            switch req.args {
            case "run":
                req.write("a")
                try req.lookUp(uri: "/square/page.txt").run()
                req.write("z")
            case "output":
                let page = try req.lookUp(uri: "/square/page.txt")
                req.write("<\\(String(decoding: try page.output(limit: 1000), as: UTF8.self))>")
            case "redirect": try req.internalRedirect("/square/page.txt")
            case "missing": return .notFound
            case "custom": return .gone
            case "thrown": req.addOutputFilter(square); throw Status.gone
            case "late":
                req.addOutputFilter(square)
                try req.internalRedirect("/plain/page.txt")
            default: req.write(try req.read())
            }
            return .ok
        }

        func echo(_ req: Request) throws -> Status {
            req.write("\\(req.method) \\(String(decoding: try req.read(), as: UTF8.self))")
            return .ok
        }

        /// Both a request that httpd looks up for an index and the request that gets its place.
        func adding(_ req: Request) { req.addOutputFilter(square) }
        """

    private static let text = """
        SwiftPath "${HTDOCS}/app"
        SwiftHandler app
        SwiftOutputFilter app::round ROUND
        SwiftOutputFilter app::square SQUARE
        SwiftOutputFilter app::upper UPPER
        SwiftOutputFilter app::whose WHOSE
        SwiftInputFilter app::round ROUND
        SwiftInputFilter app::square SQUARE
        SwiftInputFilter app::upper UPPER
        ErrorDocument 410 /square/page.txt
        <Directory "${HTDOCS}/round">
        SetHandler mod_swift
        SetOutputFilter ROUND
        DirectoryIndex disabled
        </Directory>
        <Directory "${HTDOCS}/square">
        SetOutputFilter SQUARE
        DirectoryIndex page.txt
        </Directory>
        <Directory "${HTDOCS}/whose">
        SetOutputFilter WHOSE
        DirectoryIndex page.txt
        ErrorDocument 404 /whose/page.txt
        </Directory>
        <Directory "${HTDOCS}/added">
        <Files page.txt>
        SwiftFixupHandler app::adding
        </Files>
        DirectoryIndex page.txt
        </Directory>
        <Directory "${HTDOCS}/pages">
        Options +Includes
        AddType text/html .shtml
        SetOutputFilter INCLUDES;ROUND
        </Directory>
        <Directory "${HTDOCS}/in">
        SetHandler mod_swift
        SwiftHandler app::echo
        AddInputFilter UPPER .up
        AddInputFilter ROUND;SQUARE .two
        <Files "set*">
        SetInputFilter square
        </Files>
        </Directory>
        """

    @Test(arguments: [MPM.event, .prefork])
    func eachRequestHasFiltersOfItsOwn(mpm: MPM) throws {
        try HTTPD.with(.modSwift(mpm: mpm, modules: ["include", "http2"], text: Self.text)) {
            server throws in
            try server.writeApp(Self.source)
            for folder in ["square", "plain", "whose", "added"] {
                try server.write("\(folder)/page.txt", "page")
            }
            try server.write("round/x", "")
            try server.write(
                "pages/page.shtml", "p <!--#include virtual=\"/square/page.txt\" --> q")
            func ask(_ path: String) throws -> Response {
                try server.get(path)
            }
            // Those of the subrequest first, then those of what it is part of, in each part.
            #expect(Self.flat(try ask("/round/x?run").text) == "a[page]z")
            #expect(try ask("/round/x?run").text.first == "(")
            #expect(Self.flat(try ask("/round/x?output").text) == "<[page]>")
            // What it was redirected to, and nothing else.
            #expect(try ask("/round/x?redirect").text == "[page]")
            #expect(try ask("/round/x?late").text == "page")
            // httpd's own page for an error has none; a document of the configuration its own.
            let missing = try ask("/round/x?missing")
            #expect(missing.status == 404)
            #expect(missing.text.hasPrefix("<!DOCTYPE"))
            for query in ["custom", "thrown"] {
                let custom = try ask("/round/x?\(query)")
                #expect(custom.status == 410)
                #expect(custom.text == "[page]", "\(query)")
            }
            // An index is looked up, and then takes the place of its directory.
            #expect(try ask("/square/").text == "[page]")
            #expect(try ask("/added/").text == "[page]")
            #expect(try ask("/added/page.txt").text == "[page]")
            #expect(try ask("/whose/").text == "/whose/page.txt true true 200")
            #expect(try ask("/whose/page.txt").text == "/whose/page.txt true true 200")
            #expect(try ask("/whose/none").text == "/whose/page.txt true false 404")
            #expect(Self.flat(try ask("/pages/page.shtml").text) == "p [page] q")
            server.allowLog(containing: "AH")
        }
    }

    /// Without the marks of the filter that is around everything: how often that is called is httpd's
    /// affair.
    private static func flat(_ text: String) -> String {
        text.replacing("(", with: "").replacing(")", with: "")
    }

    @Test func httpdsDirectivesForInputFiltersReachThemByName() throws {
        let text = Self.text + "\nProtocols h2c http/1.1"
        try HTTPD.with(.modSwift(modules: ["include", "http2"], text: text)) { server throws in
            try server.writeApp(Self.source)
            try server.write("in/x", "")
            for (path, answer) in [
                "/in/a.up": "POST ABC", "/in/a.txt": "POST abc", "/in/a.two": "POST ([abc])",
                "/in/set": "POST [abc]", "/in/set.up": "POST [ABC]",
            ] {
                #expect(
                    try server.post(path, .text("abc")).text == answer)
                let second = try server.curl(
                    path, "--http2-prior-knowledge", "--data-binary", "abc")
                #expect(second.text == answer, "HTTP/2")
            }
            // Where there is no body there is nothing to filter.
            #expect(try server.get("/in/a.up").text == "GET ")
        }
    }
}
