// SPDX-License-Identifier: Apache-2.0
//
// Every way to end a handler × what was sent before × protocol and method × what stands between the handler
// and the client. Each cell is one request, and its response is looked at by the bytes on the wire.

import ModSwiftTesting
import Testing

/// One cell of the table.
struct ResponseTableCell: CustomStringConvertible {
    /// What the handler sends before it ends.
    enum Before: String, CaseIterable {
        case nothing, buffered, flushed, parts, redirect
    }

    /// How the handler ends.
    enum End: String, CaseIterable {
        case ok, done, declined, notFound, created, found, thrown, status, httpError, trap, again,
            flush
        case write, send
    }

    enum Client: CaseIterable {
        case get, head, getOverHTTP2, headOverHTTP2

        var method: String { self == .get || self == .getOverHTTP2 ? "GET" : "HEAD" }
        var isHTTP2: Bool { self == .getOverHTTP2 || self == .headOverHTTP2 }
    }

    /// What stands between handler and client.
    enum Way: String, CaseIterable {
        /// Nothing.
        case plain
        /// The handler's request is one that another was redirected to.
        case redirected
        /// A filter that the handler has added.
        case filtered
        /// mod_proxy_http on this server, which asks the handler as any client does.
        case proxied
        /// mod_proxy_http, and a filter of ours behind it.
        case proxiedAndFiltered

        var isProxied: Bool { self == .proxied || self == .proxiedAndFiltered }
    }

    let before: Before
    let end: End
    let client: Client
    let way: Way

    var description: String { "\(client) \(path)" }

    var path: String {
        let query = "\(before),\(end),\(way)"
        switch way {
        case .plain, .filtered: return "/app/x.do?\(query)"
        case .redirected: return "/app/outer.do?\(query)"
        case .proxied: return "/proxied/x.do?\(query)"
        case .proxiedAndFiltered: return "/filtered/x.do?\(query)"
        }
    }

    /// What the client is to get: a status, or nil for a response that is cut.
    var status: Int? {
        switch before {
        case .redirect: return 200
        case .flushed, .parts: return plainStatus == 200 && end != .again ? 200 : nil
        case .nothing, .buffered: return plainStatus
        }
    }

    private var plainStatus: Int {
        switch end {
        case .declined, .notFound: 404
        case .created: 201
        case .found: 302
        case .thrown, .trap: 500
        case .status: 403
        case .httpError: 409
        default: 200
        }
    }

    /// The body of a GET that ends well; nil where it is a document of httpd's.
    func text(source: String) -> String? {
        // A status that is no error is the handler's own, with what it has written.
        guard plainStatus < 300 || before == .redirect else {
            return end == .httpError ? "own text" : nil
        }
        if before == .redirect || end == .again { return "inner" }
        let sent = [.buffered: "before", .flushed: "before"][before] ?? ""
        let written = before == .parts ? String(repeating: "x", count: 20_000) : sent
        return written + (end == .write ? "after" : "") + (end == .send ? source : "")
    }

    static let all: [ResponseTableCell] = Before.allCases.flatMap { before in
        End.allCases.flatMap { end in
            Way.allCases.flatMap { way in
                Client.allCases.map {
                    ResponseTableCell(before: before, end: end, client: $0, way: way)
                }
            }
        }
    }

    /// Each pair of *before* and *end* once, and over the pairs all ways and clients.
    static let sample: [ResponseTableCell] = {
        let pairs = Before.allCases.flatMap { before in End.allCases.map { (before, $0) } }
        return pairs.enumerated().map { index, pair in
            ResponseTableCell(
                before: pair.0, end: pair.1, client: Client.allCases[index % 4],
                way: Way.allCases[(index / 4 + index) % 5])
        }
    }()
}

/// A server for the table, and the checks of its cells.
struct ResponseTable {
    static let source = """
        struct Broken: Error {}

        func copy(_ filter: Filter) throws {
            while let bytes = try filter.read() { filter.write(bytes) }
        }

        func handler(_ req: Request) throws -> Status {
            let words = (req.args ?? "").split(separator: ",").map(String.init)
            req.contentType = "text/plain"
            if req.uri.hasSuffix("inner.do") {
                req.write("inner")
                return .ok
            }
            if req.uri.hasSuffix("outer.do") {
                try req.internalRedirect("/app/x.do?" + (req.args ?? ""))
                return .ok
            }
            if words.contains("filtered") { req.addOutputFilter(copy) }
            switch words[0] {
            case "buffered": req.write("before")
            case "flushed": req.write("before"); try req.flush()
            case "parts": for _ in 0..<4 { req.write(String(repeating: "x", count: 5_000)) }
            case "redirect": try req.internalRedirect("/app/inner.do")
            default: break
            }
            switch words[1] {
            case "ok": return .ok
            case "done": return .done
            case "declined": return .declined
            case "notFound": return .notFound
            case "created": return .created
            case "found": req.headersOut["Location"] = "/"; return .movedTemporarily
            case "thrown": throw Broken()
            case "status": throw Status.forbidden
            case "httpError": throw HTTPError(.conflict, "own text", headers: ["X-Own": "1", "Retry-After": "5"])
            case "trap": _ = [0][words.count]
            case "again": try req.internalRedirect("/app/inner.do")
            case "flush": try req.flush()
            case "write": req.write("after")
            case "send": try req.sendFile(req.filename!.replacing("x.do", with: "app.swift"))
            default: break
            }
            return .ok
        }
        """

    private let server: HTTPD
    /// What the handler sends as a file.
    private let file: String

    /// Runs cells against a server of their own.
    static func check(_ cells: [ResponseTableCell]) throws {
        try SwiftSite.with(
            source, modules: ["http2", "proxy", "proxy_http"],
            directives: "SwiftOutputFilter app::copy COPY",
            global: """
                Protocols h2c http/1.1
                SwiftTrapDrain 0
                SwiftTrapLimit 0
                ProxyPass "/proxied/" "http://127.0.0.1:${PORT}/app/"
                ProxyPass "/filtered/" "http://127.0.0.1:${PORT}/app/"
                SwiftPath "${HTDOCS}/app"
                SwiftOutputFilter app::copy PROXYCOPY
                <Location "/filtered">
                    SetOutputFilter PROXYCOPY
                </Location>
                """,
            children: 1
        ) { server throws in
            for text in ["MSW0", "]     ", "Fatal error", "AH"] {
                server.allowLog(containing: text)
            }
            _ = try server.app("nothing,ok")
            let file = String(
                decoding: try server.app("nothing,send").body, as: UTF8.self)
            #expect(file.hasPrefix("import ModSwift"))
            let table = ResponseTable(server: server, file: file)
            for cell in cells {
                if cell.client.isHTTP2 {
                    try table.checkHTTP2(cell)
                } else {
                    try table.checkHTTP1(cell)
                }
            }
        }
    }

    /// Two requests on one connection: the second response is that of the second, or the connection ends.
    private func checkHTTP1(_ cell: ResponseTableCell) throws {
        let connection = try server.connect()
        try connection.write("\(cell.client.method) \(cell.path) HTTP/1.1\r\nHost: a\r\n\r\n")
        let first = Result { try connection.readResponse(to: cell.client.method) }
        guard check(first, cell), let response = try? first.get() else { return }
        if response.headers["Connection"] == "close" {
            #expect(throws: Never.self, "\(cell)") { try connection.expectEnd(after: response) }
            return
        }
        try connection.write("GET /app/inner.do HTTP/1.1\r\nHost: a\r\n\r\n")
        let next = Result { try connection.readResponse(to: "GET") }
        // What was cut behind a HEAD shows only in that its connection ends.
        if cell.status == nil, (try? next.get()) == nil { return }
        let text = try next.get().text
        #expect(text == "inner", "\(cell): then \(text)")
    }

    /// curl ends a stream with an error whose body is cut, too long, or there for HEAD.
    private func checkHTTP2(_ cell: ResponseTableCell) throws {
        let timeout = Duration.seconds(30)
        let response = Result {
            cell.client.method == "HEAD"
                ? try server.curl(cell.path, "-I", "--http2-prior-knowledge", timeout: timeout)
                : try server.curl(cell.path, "--http2-prior-knowledge", timeout: timeout)
        }
        _ = check(response, cell)
    }

    /// - Returns: Whether there is a response, as there should be.
    private func check(_ result: Result<Response, any Error>, _ cell: ResponseTableCell) -> Bool {
        guard let status = cell.status else { return checkCut(result, cell) }
        guard let response = try? result.get() else {
            Issue.record("\(cell): \(result)")
            return false
        }
        #expect(response.status == status, "\(cell)")
        if status == 409 {
            #expect(
                response.headers["X-Own"] == "1" && response.headers["Retry-After"] == "5",
                "\(cell)")
        }
        if status == 302 {
            #expect(response.headers["Location"]?.hasSuffix("/") == true, "\(cell)")
        }
        guard cell.client.method == "GET" else {
            #expect(response.body.isEmpty || cell.client.isHTTP2, "\(cell)")
            return true
        }
        if let text = cell.text(source: file) {
            #expect(response.text == text, "\(cell)")
        } else {
            let isHttpds =
                response.text.hasPrefix("<!DOCTYPE") && response.text.hasSuffix("</html>\n")
            #expect(isHttpds, "\(cell): \(response.text.prefix(200))")
        }
        return true
    }

    /// A client can tell a response that was cut from a complete one. A proxy that has sent nothing yet
    /// says 502; the head of one to HEAD may be there already.
    private func checkCut(
        _ result: Result<Response, any Error>, _ cell: ResponseTableCell
    ) -> Bool {
        guard let response = try? result.get() else { return false }
        let isHead = cell.client.method == "HEAD"
        let isRight =
            isHead && response.status == 200 || cell.way.isProxied && response.status == 502
        #expect(isRight, "\(cell) is to be cut: \(response)")
        return true
    }
}
