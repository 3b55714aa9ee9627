// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RequestSettingTests {
    @Test func membersOfTheAnswerAreSent() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                req.contentType = "text/plain"
                switch req.args {
                case "line":
                    req.status = HTTPStatus(rawValue: 203)
                    req.statusLine = "203 As Heard"
                case "no-line":
                    req.statusLine = "200"
                    req.statusLine = nil
                case "encoding":
                    req.contentEncoding = "x-none"
                    req.contentLanguages = ["en", "de-AT"]
                    req.noCache = true
                case "length": req.setContentLength(4)
                case "chunked":
                    req.chunked = true
                    req.write("body")
                    try req.flush()
                case "bare": req.assbackwards = true
                case "range": req.setContentLength(4); req.headersOut["Accept-Ranges"] = "bytes"
                default: break
                }
                req.write("body")
                req.headersOut["X-Queued"] = "\\(req.bytesQueued) \\(req.bytesSent) \\(req.isContentTypeSet)"
                req.addHandler(.log, "app::after")
                return .ok
            }
            func after(_ req: Request) {
                req.log(
                    "\\(req.args ?? "-"): \\(req.bytesQueued) \\(req.bytesSent) \\(req.clength) \\(req.sentBodyct != 0) "
                        + "\\(req.eosSent) \\(req.chunked) \\(req.range ?? "-")", level: .notice)
            }
            """
        try SwiftSite.with(
            source, modules: ["http2"], global: "Protocols h2c http/1.1"
        ) { server throws in
            let line = try server.app("line")
            #expect(line.status == 203)
            #expect(line.reason == "As Heard")
            #expect(line.headers["X-Queued"] == "4 0 true")
            #expect(try server.app("no-line").reason == "OK")
            let encoding = try server.app("encoding")
            #expect(encoding.headers["Content-Encoding"] == "x-none")
            #expect(encoding.headers["Content-Language"] == "en,de-AT")
            #expect(encoding.headers["Expires"] != nil)
            #expect(try server.app("length").headers["Content-Length"] == "4")
            #expect(try server.app("chunked").headers["Transfer-Encoding"] == "chunked")
            // An HTTP/1.0 client does not support chunks.
            let old = try server.rawExchange("GET /app/x.do?chunked HTTP/1.0\r\n\r\n")
            #expect(old.hasSuffix("\r\n\r\nbodybody"))
            let bare = "GET /app/x.do?bare HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            #expect(try server.rawExchange(bare) == "body")
            // HTTP/2 requires headers.
            let second = try server.curl("/app/x.do?bare", "--http2-prior-knowledge")
            #expect(second.status == 200 && second.text == "body")
            let part = try server.get("/app/x.do?range", headers: ["Range": "bytes=1-2"])
            #expect(part.status == 206)
            #expect(part.text == "od")
            try server.expectLog(containing: "length: 4 4 4 true true false -")
            try server.expectLog(containing: "chunked: 8 8 0 true true")
            try server.expectLog(containing: "range: 4 ")
        }
    }

    @Test func whatHttpdCannotHoldIsRefused() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                switch req.args {
                case "uri": req.uri = "/a\\0"
                case "args": req.args = "a\\0"
                case "pathInfo": req.pathInfo = "\\0"
                case "filename": req.filename = "/etc/hosts\\0"
                case "canonicalFilename": req.canonicalFilename = "\\0"
                case "handler": req.handler = "a\\0"
                case "user": req.user = "a\\0"
                case "apAuthType": req.apAuthType = "a\\nb"
                case "contentEncoding": req.contentEncoding = "a\\r"
                case "contentLanguages": req.contentLanguages = ["en", "a\\nb"]
                case "statusLine": req.statusLine = "200 a\\r\\nX-B: b"
                case "statusLine-of-another": req.statusLine = "404 Not Found"
                case "statusLine-of-none": req.statusLine = "2000 Many"
                case "content-length": req.setContentLength(-1)
                case "time": req.updateMtime(.nan)
                case "time-later": req.updateMtime(1e300)
                case "allowMethods": req.allowMethods(["GET", "a b"])
                case "allowMethods-nothing": req.allowMethods([""])
                case "caught":
                    do { _ = try req.constructURL(".evil") } catch is RefusedValue {}
                    do { _ = try req.constructURL("/a\\nb") } catch is RefusedValue {}
                    do { _ = try FileInfo(path: "/etc\\0") } catch is ServerError {}
                    _ = req.sslVarLookup("a\\0")
                default: break
                }
                return "\\(req.uri.utf8.count) \\(req.filename?.hasSuffix(".do") ?? false)"
            }
            """
        let places = [
            "uri", "args", "pathInfo", "filename", "canonicalFilename", "handler", "user",
            "apAuthType", "contentEncoding", "contentLanguages", "statusLine",
            "statusLine-of-another",
            "statusLine-of-none", "content-length", "time", "time-later", "allowMethods",
            "allowMethods-nothing",
        ]
        try SwiftSite.with(source) { server throws in
            for place in places {
                let mark = server.logMark()
                let answer = try server.app(place)
                #expect(answer.status == 500, "\(place)")
                #expect(answer.headers["X-B"] == nil)
                try server.expectLog(containing: "MSW0303")
                let words = place.prefix { $0 != "-" }
                #expect(server.errorLog(since: mark).contains(words), "\(place)")
            }
            #expect(try server.app("caught").text == "9 true")
        }
    }

    /// If a handler sets another file, both the handler and httpd use that file afterwards.
    @Test(.bug(id: "N4-17")) func theFileIsLookedUpWhenItsNameChanges() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                guard let directory = req.filename?.dropLast("x.do".utf8.count) else { return .notFound }
                switch req.args {
                case "other":
                    req.filename = directory + "data.txt"
                    let info = try FileInfo(path: directory + "data.txt")
                    req.write("\\(req.finfo?.size ?? -1) \\(req.finfo == info) \\(info.name) ")
                    req.write("\\(info.filetype == .regular) \\(String(info.protection, radix: 8)) ")
                    req.write("\\(info.nlink) \\(info.mtime) \\(info.user) \\(info.group) \\(info.inode)")
                    return .ok
                case "served":
                    req.filename = directory + "data.txt"
                    req.handler = nil
                    return .declined
                case "none":
                    req.filename = nil
                    req.handler = nil
                    return .declined
                case "kinds":
                    let folder = try Apache.stat(String(directory))
                    let link = try FileInfo(path: directory + "link", followsLinks: false)
                    req.filename = "proxy:http://127.0.0.1/"
                    let before = req.finfo == nil
                    req.finfo = folder
                    req.write("\\(folder.filetype == .directory) \\(link.filetype == .symbolicLink) ")
                    req.write("\\(before) \\(req.finfo == folder) \\(String(folder.protection, radix: 8)) ")
                    req.finfo = nil
                    req.write("\\(req.finfo == nil) \\(req.makeETag() == nil)")
                    return .ok
                default:
                    _ = try FileInfo(path: directory + "missing")
                    return .ok
                }
            }
            """
        try SwiftSite.with(source) { server throws in
            let data = try server.write("app/data.txt", "0123456789")
            try Shell.run(["chmod", "4640", data])
            try Shell.run(["touch", "-d", "@1000000000.5", data])
            try Shell.run(["ln", "-s", "data.txt", data.replacing("data.txt", with: "link")])
            try Shell.run(["chmod", "1755", data.replacing("/data.txt", with: "")])
            let owner = try Shell.run(["stat", "-c", "%u %g %i", data]).dropLast()
            #expect(
                try server.app("other").text
                    == "10 true data.txt true 4640 1 1000000000.5 \(owner)")
            try Shell.run(["chmod", "644", data])
            #expect(try server.app("served").text == "0123456789")
            #expect(try server.app("none").status == 404)
            #expect(try server.app("kinds").text == "true true true true 1755 true true")
            #expect(try server.app("missing").status == 500)
            try server.expectLog(containing: "stat ")
            server.allowLog(containing: "AH00128")
        }
    }

    @Test func theRequestCanBeRewritten() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                req.uri = "/new"
                req.args = "b=2"
                req.pathInfo = "/more"
                req.canonicalFilename = "/canonical"
                req.usedPathInfo = .reject
                req.user = "ann"
                req.apAuthType = "Token"
                req.noLocalCopy = true
                req.handler = "other"
                req.proxyreq = .reverse
                let set = "\\(req.uri) \\(req.args ?? "-") \\(req.pathInfo ?? "-") \\(req.canonicalFilename ?? "-") "
                    + "\\(req.usedPathInfo == .reject) \\(req.user ?? "-") \\(req.apAuthType ?? "-") "
                    + "\\(req.noLocalCopy) \\(req.handler ?? "-") \\(req.proxyreq == .reverse) "
                req.args = nil
                req.pathInfo = nil
                req.canonicalFilename = nil
                req.user = nil
                req.apAuthType = nil
                req.proxyreq = .none
                req.handler = nil
                return set + "\\(req.args ?? "-") \\(req.pathInfo ?? "-") \\(req.canonicalFilename ?? "-") "
                    + "\\(req.user ?? "-") \\(req.apAuthType ?? "-") \\(req.handler ?? "-")"
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(
                try server.app("a=1").text
                    == "/new b=2 /more /canonical true ann Token true other true - - - - - "
                    + "default-handler")
        }
    }

    @Test(.bug(id: "N4-01")) func allowMethodsIsThereAndExtensionMethodsShowUp() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                req.allowMethods(["PUT"])
                req.allowMethods(["GET", "POST", "BREW", "M-SEARCH", "BREW"], reset: req.args == "reset")
                let text = "\\(req.allowedMethods.joined(separator: ",")) \\(req.allowedXmethods)"
                if req.method == "DELETE" { throw Status.methodNotAllowed }
                return text
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().text == "GET,HEAD,PUT,POST,BREW,M-SEARCH []")
            #expect(try server.app("reset").text == "GET,HEAD,POST,BREW,M-SEARCH []")
            let answer = try server.request("DELETE", "/app/x.do?reset")
            #expect(answer.status == 405)
            let allowed = Set((answer.headers["Allow"] ?? "").split { ", ".contains($0) })
            // httpd's own TRACE is not one of the methods that the handler allows.
            #expect(allowed == ["GET", "HEAD", "POST", "BREW", "M-SEARCH"])
        }
    }

    /// A condition is evaluated by httpd's own rules.
    @Test func conditionalRequestsAreAnsweredByHttpdsRules() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                req.contentType = "text/plain"
                switch req.args {
                case "file":
                    req.filename = req.filename?.replacing("x.do", with: "data.txt")
                    req.setETag()
                    req.headersOut["X-Same"] = "\\(req.headersOut["ETag"] == req.makeETag())"
                    req.headersOut["X-Weak"] = req.makeETag(weak: true)
                case "no-file": req.setETag(); req.setLastModified()
                case "no-copy": req.noLocalCopy = true; req.headersOut["ETag"] = "\\"v1\\""
                default: req.headersOut["ETag"] = "\\"v1\\""
                }
                if req.args != "no-file" {
                    req.updateMtime(1_000_000_000.25)
                    req.updateMtime(900_000_000)
                    req.setLastModified()
                }
                let status = req.meetsConditions()
                guard status == .ok else { return status }
                req.write("\\(req.mtime ?? -1)")
                return .ok
            }
            """
        try SwiftSite.with(source) { server throws in
            try server.write("app/data.txt", "0123456789")
            let date = "Sun, 09 Sep 2001 01:46:40 GMT"
            let plain = try server.app("a")
            #expect(plain.text == "1000000000.25")
            #expect(plain.headers["Last-Modified"] == date)
            func ask(_ query: String, _ name: String, _ value: String, _ method: String = "GET")
                throws -> Response
            {
                try server.request(method, "/app/x.do?\(query)", headers: [name: value])
            }
            let same = try ask("a", "If-None-Match", "\"v1\"")
            #expect(same.status == 304)
            #expect(same.headers["ETag"] == "\"v1\"")
            #expect(same.body.isEmpty)
            #expect(try ask("a", "If-None-Match", "\"v2\"").status == 200)
            #expect(try ask("a", "If-None-Match", "\"v1\"", "PUT").status == 412)
            #expect(try ask("a", "If-Match", "\"v2\"").status == 412)
            #expect(try ask("a", "If-Modified-Since", date).status == 304)
            #expect(
                try ask("a", "If-Unmodified-Since", "Sat, 08 Sep 2001 01:46:40 GMT").status == 412)
            #expect(try ask("no-copy", "If-None-Match", "\"v1\"").status == 200)
            let file = try server.app("file")
            let tag = try #require(file.headers["ETag"])
            #expect(file.headers["X-Same"] == "true")
            #expect(file.headers["X-Weak"]?.hasPrefix("W/\"") == true)
            // A file that was changed within the current second has a weak tag, which still
            // matches.
            #expect(try ask("file", "If-None-Match", tag).status == 304)
            let none = try server.app("no-file")
            #expect(none.headers["ETag"] == nil)
            #expect(none.headers["Last-Modified"] == nil)
        }
    }
}
