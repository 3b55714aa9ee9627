// SPDX-License-Identifier: Apache-2.0
//
// Forms as handlers see them: FieldStorage and Field, sinks, parts as they arrive, limits, and the
// files that uploads leave.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct FormTests {
    private static let handlers =
        FormSite.teller + """

            struct Refused: Error {}
            final class Recorder: FormSink {
                let req: Request
                let name: String
                var text = ""
                init(_ req: Request, _ name: String) { self.req = req; self.name = name }
                func write(_ bytes: Span<UInt8>) throws {
                    for index in bytes.indices { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
                    if text.contains("refuse") { throw Status.conflict }
                }
                func finish() { text += "!" }
                func abandon() { req.log("abandoned \\(name)", level: .notice) }
            }
            func access(_ req: Request) throws -> String {
                let form = try req.form()
                form.add("added", "x y")
                form.set("b", to: "new")
                form.remove("gone")
                let second = try req.form(keepBlankValues: false)
                return [
                    form.keys.joined(separator: ","), "\\(form.count)", form.getFirst("a") ?? "-",
                    form.getList("a").joined(separator: ","), form.getFirst("f") ?? "-",
                    "\\(form.fields(named: "f").count)", form["f"]?.value ?? "-", "\\(form.contains("f"))",
                    "\\(form.contains("nothing"))", form["nothing"] == nil ? "nil" : "?",
                    form.getFirst("b") ?? "-", "\\(second === form)", "\\(form.getList("gone").count)",
                    "\\(try form.withBytes(of: "a") { $0.count } ?? -1)", form.getFirst("added") ?? "-",
                ].joined(separator: "|")
            }
            func blank(_ req: Request) throws -> String {
                try req.form(keepBlankValues: false).map(\\.name).joined(separator: ",")
            }
            func details(_ req: Request) throws -> String {
                try req.form().map { field in
                    [
                        field.type, field.typeOptions["charset"] ?? "-", field.disposition ?? "-",
                        field.dispositionOptions["name"] ?? "-", field.headers["x-more"] ?? "-",
                        "\\(field.isFile)", "\\(field.size)",
                    ].joined(separator: "|")
                }.joined(separator: "\\n")
            }
            func sinks(_ req: Request) throws -> String {
                let form = try req.form(
                    fileSink: { part in part.name == "kept" ? nil : Recorder(req, part.name) },
                    fieldSink: { part in part.name == "s" ? Recorder(req, part.name) : nil })
                return form.map { field in
                    "\\(field.name)=\\(field.value)/\\((field.sink as? Recorder)?.text ?? "-")"
                }.joined(separator: " ")
            }
            func parts(_ req: Request) async throws -> String {
                var text = ""
                for try await part in try req.formParts() {
                    if part.name == "skip" { text += "skip "; continue }
                    var size = 0, sum = 0
                    for try await chunk in part.content {
                        size += chunk.count
                        try chunk.withBytes { for index in $0.indices { sum &+= Int($0[index]) } }
                    }
                    text += "\\(part.name):\\(part.filename ?? "-"):\\(size):\\(sum):\\(part.isComplete) "
                }
                return text
            }
            func closures(_ req: Request) throws -> String {
                var text = ""
                try req.forEachFormPart { part in
                    if part.name == "small" { _ = try part.read(limit: 3) }
                    var size = 0
                    try part.forEachChunk { size += $0.count }
                    text += "\\(part.name):\\(size):\\(part.isComplete) "
                }
                return text
            }
            func misuse(_ req: Request) async throws -> String {
                switch req.args ?? "" {
                case "read-form": _ = try req.read(3); return "\\(try req.form().count)"
                case "parts-form": _ = try req.formParts(); return "\\(try req.form().count)"
                case "form-parts": _ = try req.form(); _ = try req.formParts(); return "?"
                case "old-part":
                    var parts = try req.formParts().makeAsyncIterator()
                    let first = try await parts.next()
                    _ = try await parts.next()
                    _ = try first?.read()
                    return "?"
                case "old-chunk":
                    for try await part in try req.formParts() {
                        var chunks: [FormChunk] = []
                        for try await chunk in part.content { chunks.append(chunk) }
                        _ = try chunks.first?.copy()
                    }
                    return "?"
                default: return "?"
                }
            }
            func save(_ req: Request) throws -> String {
                let form = try req.form()
                guard let directory = req.options["saved"], let file = form["f"] else { return "?" }
                let name = "\\(directory)/\\(form.getFirst("as") ?? "file")"
                try file.save(to: name, replacing: form.contains("replace"))
                let again = try file.withBytes { $0.count }
                return "\\(again) \\(try file.withFileDescriptor { $0 > 2 })"
            }
            func redirecting(_ req: Request) throws -> Status {
                if req.args == "unread" { try req.internalRedirect("/app/x.do?page=1"); return .ok }
                _ = try req.form()
                try req.internalRedirect("/app/x.do?page=1")
                return .ok
            }
            func failing(_ req: Request) throws -> String {
                guard let file = try req.form()["f"] else { return "?" }
                switch req.args ?? "" {
                case "throw": throw Refused()
                case "trap": return "\\(file.bytes[file.size + 1])"
                default: return "\\(file.size)"
                }
            }
            func redirect(_ req: Request) throws {
                let form = try req.form()
                if form.contains("late") { req.write("begun"); try req.flush() }
                try Util.redirect(
                    req, to: form.getFirst("to") ?? "", permanent: form.contains("permanent"),
                    text: form.getFirst("text"))
            }
            func next(_ req: Request) -> String { "next" }
            func texts(_ req: Request) throws -> String {
                let query = req.args ?? ""
                let pairs = Util.parseQSL(query, keepBlankValues: true).map { "\\($0.name)=\\($0.value)" }
                let values = Util.parseQS(query).sorted { $0.key < $1.key }
                    .map { "\\($0.key)=\\($0.value.joined(separator: ","))" }
                let odd = "<a b=\\\"é'&+%\\\">"
                return [
                    pairs.joined(separator: " "), values.joined(separator: " "), odd.htmlEscaped,
                    odd.percentEncoded, odd.formEncoded, odd.percentEncoded.percentDecoded,
                    "%41%zz%4".percentDecoded, "%FF".percentDecoded,
                ].joined(separator: "\\n")
            }
            func lookup(_ req: Request) throws -> String {
                let form = try req.form()
                return ["axmxyz", "bxmxyz", "cxmxyz", "", "a", "aa", "é", "A"]
                    .map { form.getFirst($0) ?? "-" }.joined(separator: ",")
            }
            func charset(_ req: Request) throws -> String {
                let form = try req.form()
                return try form.map { field in
                    let bytes = try field.withBytes { bytes in bytes.indices.map { bytes[$0] } }
                    let latin = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
                    return "\\(field.name): \\(field.value) \\(latin)"
                }.joined(separator: "\\n")
            }
            enum Size: Int, Decodable { case small, large }
            struct Order: Decodable { var count: Int; var size: Size; var file: Upload? }
            func order(_ req: Request) throws -> String {
                let order = try req.form().decode(Order.self)
                return "\\(order.count) \\(order.size) \\(order.file?.filename ?? "-")"
            }
            """

    private static let names = [
        "access", "blank", "details", "sinks", "parts", "closures", "misuse", "save",
        "redirecting", "failing", "redirect", "order", "texts", "charset", "lookup",
    ]

    /// A server with a page for each of the handlers, and an empty directory for uploads.
    private func withHandlers(
        mpm: MPM = .event, limits: String = "", global: String = "", modules: [String] = [],
        _ body: (HTTPD, _ spool: String) throws -> Void
    ) throws {
        try withTemporaryDirectory { directory in
            for name in ["spool", "saved"] {
                try FileManager.default.createDirectory(
                    atPath: "\(directory)/\(name)", withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o777])
            }
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o777], ofItemAtPath: directory)
            for name in ["spool", "saved"] {
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o777], ofItemAtPath: "\(directory)/\(name)")
            }
            let pages = Self.names.map {
                "<Location \"/app/\($0).do\">\nSwiftHandler app::\($0)\n</Location>"
            }
            let text = """
                SwiftPath "${HTDOCS}/app"
                SwiftFormLimits memory=1000 directory=\(directory)/spool \(limits)
                SwiftOption saved "\(directory)/saved"
                \(pages.joined(separator: "\n"))
                \(global)
                """
            try SwiftSite.with(Self.handlers, mpm: mpm, modules: modules, global: text) {
                server throws in
                _ = try server.app()
                try body(server, directory)
            }
        }
    }

    private func post(
        _ server: HTTPD, _ page: String, _ form: MultipartForm
    ) throws -> Response {
        try server.post("/app/\(page)", form.body, headers: form.headers)
    }

    private let random = (0..<100_000).map { _ in UInt8.random(in: 0...255) }

    // MARK: Fields

    @Test func theQueryComesBeforeTheBody() throws {
        try withHandlers { server, _ throws in
            let urlencoded = try server.post("/app/x.do?a=1&b=2", "a=3&c").text
            #expect(
                FormSite.fields(urlencoded).map { "\($0.name)=\($0.text)" } == [
                    "a=1", "b=2", "a=3", "c=",
                ])
            let multipart = try post(server, "x.do?a=1", MultipartForm(["a"])).text
            #expect(FormSite.fields(multipart).map(\.text) == ["1", "a"])
            #expect(try server.get("/app/x.do").text.isEmpty)
            #expect(
                FormSite.fields(try server.get("/app/x.do?q=%00&=").text).map(\.text) == ["\0", ""])
        }
    }

    @Test func fieldsAreFoundAddedAndReplaced() throws {
        try withHandlers { server, _ throws in
            var form = MultipartForm(["a", "b", "a", "gone", "gone"])
            form.addFile("f", Array("file".utf8))
            #expect(
                try post(server, "access.do?a=q", form).text
                    == "a,f,added,b|6|q|q,a,a|-|1|file|true|false|nil|new|true|0|1|x y")
            #expect(try server.get("/app/blank.do?a=&b=1&c&d=2").text == "b,d")
        }
    }

    @Test func aPartTellsItsHeader() throws {
        try withHandlers { server, _ throws in
            var form = MultipartForm()
            form.add("name=a", Array("é".utf8), type: "Text/Plain; Charset=UTF-8\r\nX-More: 1")
            form.add("name=b; filename=c", [], type: "nonsense")
            #expect(
                try post(server, "details.do?q=1", form).text.split(separator: "\n") == [
                    "text/plain|-|-|-|-|false|1",
                    "text/plain|UTF-8|form-data|a|1|false|2",
                    "application/octet-stream|-|form-data|b|-|true|0",
                ])
        }
    }

    @Test(.bug(id: "N4-21")) func theFormIsReadOnceAndByItsTypeWhateverTheMethod() throws {
        try withHandlers { server, _ throws in
            for method in ["PUT", "PATCH", "DELETE", "POST"] {
                let response = try server.request(method, "/app/x.do", body: "a=1")
                #expect(FormSite.fields(response.text).map(\.text) == ["1"], "\(method)")
            }
            // The handler "access" reads the form twice and adds a field in between.
            #expect(try server.post("/app/access.do", "a=1").text.contains("|true|"))
        }
    }

    @Test func aBodyThatIsNoFormIsRefused() throws {
        try withHandlers { server, _ throws in
            let json: HeaderFields = ["Content-Type": "application/json"]
            #expect(try server.post("/app/x.do", "{}", headers: json).status == 415)
            try server.expectLog(containing: "MSW0603: SwiftHandler app: the body is not a form")
            #expect(try server.request("GET", "/app/x.do?a=1", headers: json).status == 200)
            // A missing body is not a malformed one.
            let multipart = MultipartForm().headers
            #expect(try server.request("GET", "/app/x.do?a=1", headers: multipart).status == 200)
        }
    }

    // MARK: Sinks and parts

    @Test func sinksTakeContentAndLearnWhetherItWasComplete() throws {
        try withHandlers { server, _ throws in
            var form = MultipartForm(["s", "t"])
            form.addFile("f", Array("file".utf8))
            form.addFile("kept", Array("kept".utf8))
            #expect(
                try post(server, "sinks.do?q=1", form).text
                    == "q=1/- s=/s! t=t/- f=/file! kept=kept/-")
            // Every part is complete, but the form is not.
            let cut = RequestBody.bytes(form.bytes + Array("--XB7\r\n".utf8))
            #expect(try server.post("/app/sinks.do", cut, headers: form.headers).status == 400)
            for name in ["s", "f"] { try server.expectLog(containing: "abandoned \(name)") }
            try server.expectLog(containing: "MSW0601")
            form.addFile("g", Array("refuse".utf8))
            #expect(try post(server, "sinks.do", form).status == 409)
            for name in ["s", "f", "g"] { try server.expectLog(containing: "abandoned \(name)") }
        }
    }

    @Test func partsComeAsTheyAre() throws {
        try withHandlers { server, _ throws in
            var form = MultipartForm(["a"])
            form.addFile("skip", random)
            form.addFile("f", random, filename: "f")
            form.addFile("empty", [], filename: "e")
            let sum = random.reduce(0) { $0 + Int($1) }
            let expected = "a:-:1:97:true skip f:f:100000:\(sum):true empty:e:0:0:true "
            #expect(try post(server, "parts.do", form).text == expected)
            let pieces = stride(from: 0, to: form.whole.count, by: 997).map {
                Array(form.whole[$0..<min($0 + 997, form.whole.count)])
            }
            #expect(
                try server.post("/app/parts.do", .chunks(pieces), headers: form.headers).text
                    == expected)
            #expect(
                try post(server, "closures.do", form).text
                    == "a:1:true skip:100000:true f:100000:true empty:0:true ")
            #expect(try server.post("/app/parts.do", "a=1&b").text == "a:-:1:49:true b:-:0:0:true ")
            #expect(try server.get("/app/parts.do?a=1").text.isEmpty)
        }
    }

    @Test func aBodyThatEndsEarlyIsNoCompletePart() throws {
        try withHandlers { server, _ throws in
            var form = MultipartForm()
            form.addFile("f", random)
            for page in ["parts", "closures", "x"] {
                let cut = RequestBody.bytes(Array(form.bytes.dropLast(5)))
                let response = try server.post("/app/\(page).do", cut, headers: form.headers)
                #expect(response.status == 400)
                try server.expectLog(containing: "ends before its closing delimiter")
            }
            var small = MultipartForm()
            small.addFile("small", Array("1234".utf8))
            #expect(try post(server, "closures.do", small).status == 413)
        }
    }

    @Test func aBodyIsReadInOneWay() throws {
        try withHandlers { server, _ throws in
            for page in ["read-form", "parts-form", "form-parts"] {
                #expect(try server.post("/app/misuse.do?\(page)", "a=1&b=2").status == 500)
                try server.expectLog(containing: "MSW0604")
            }
            var form = MultipartForm(["a", "b"])
            form.addFile("f", random)
            for (page, words) in [
                ("old-part", "A part of a form was read"),
                ("old-chunk", "A chunk of a form was used"),
            ] {
                #expect(try post(server, "misuse.do?\(page)", form).status == 500)
                try server.expectLog(containing: words)
                server.allowLog(containing: "MSW0401")
            }
        }
    }

    // MARK: Uploads

    /// Content in memory; in a file from the beginning, also with a whole number of parts of 32
    /// KiB; and in a file after more than two parts in memory.
    @Test(arguments: [(10, 1000), (100_000, 1000), (262_144, 1000), (300_001, 70_000)])
    func anUploadIsSaved(size: Int, memory: Int) throws {
        let limit = "<Location \"/app/save.do\">\nSwiftFormLimits memory=\(memory)\n</Location>"
        try withHandlers(global: limit) { server, directory throws in
            let content = (0..<size).map { random[$0 % random.count] ^ UInt8($0 >> 16) }
            var form = MultipartForm(["as"])
            form.addFile("f", content)
            let file = "\(directory)/saved/as"
            #expect(try post(server, "save.do", form).text == "\(size) true")
            #expect(FileManager.default.contents(atPath: file).map { Array($0) } == content)
            // Now it exists.
            #expect(try post(server, "save.do", form).status == 500)
            try server.expectLog(containing: "File exists")
            form.add("name=replace", [])
            #expect(try post(server, "save.do", form).text == "\(size) true")
            for folder in ["spool", "saved"] {
                let names = try FileManager.default.contentsOfDirectory(
                    atPath: "\(directory)/\(folder)")
                #expect(names == (folder == "saved" ? ["as"] : []))
            }
        }
    }

    @Test(arguments: MPM.allCases)
    func nothingIsLeftOfAnUploadHoweverItsRequestEnds(mpm: MPM) throws {
        try withHandlers(mpm: mpm) { server, directory throws in
            var form = MultipartForm()
            form.addFile("f", random)
            #expect(try post(server, "failing.do", form).text == "100000")
            #expect(try post(server, "failing.do?throw", form).status == 500)
            try server.expectLog(containing: "MSW0301")
            let head =
                "POST /app/failing.do HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n"
                + "Content-Type: multipart/form-data; boundary=XB7\r\n\r\n"
            do {
                let connection = try server.connect()
                try connection.write(Array(head.utf8) + form.bytes)
                #expect(
                    eventually { (try? openFiles(below: "\(directory)/spool", of: server)) == 1 },
                    "the upload is in a file while it comes")
                connection.finishSending()
            }
            #expect(eventually { (try? openFiles(below: "\(directory)/spool", of: server)) == 0 })
            #expect(try post(server, "failing.do?trap", form).status == 500)
            for text in ["failing: trapped", "failing: trap 1"] {
                try server.expectLog(containing: "MSW0401: SwiftHandler app::\(text)")
            }
            #expect(eventually { (try? openFiles(below: "\(directory)/spool", of: server)) == 0 })
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/spool")
            #expect(names.isEmpty)
        }
    }

    /// Returns the number of files below a directory that processes of a server have open.
    private func openFiles(below directory: String, of server: HTTPD) throws -> Int {
        var count = 0
        for child in server.childPIDs {
            let descriptors = "/proc/\(child)/fd"
            for name in try FileManager.default.contentsOfDirectory(atPath: descriptors) {
                let target = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "\(descriptors)/\(name)")
                if target?.hasPrefix(directory) == true { count += 1 }
            }
        }
        return count
    }

    @Test func aFullOrMissingDirectoryIsTold() throws {
        try withHandlers(
            global: "<Location /app/x.do>\nSwiftFormLimits directory=/nowhere\n</Location>"
        ) {
            server, _ throws in
            var form = MultipartForm()
            form.addFile("f", random)
            #expect(try post(server, "x.do", form).status == 500)
            try server.expectLog(containing: "MSW0605")
        }
    }

    // MARK: Structures

    @Test func theClientIsToldOfItsMistakes() throws {
        try withHandlers { server, _ throws in
            var form = MultipartForm()
            form.add("name=count", Array("7".utf8))
            form.add("name=size", Array("1".utf8))
            form.addFile("file", [1], filename: "a.txt")
            #expect(try post(server, "order.do", form).text == "7 large a.txt")
            #expect(try server.get("/app/order.do?count=%3Cb%3E&size=9").status == 400)
            try server.expectLog(containing: "size is not valid: Cannot initialize Size")
            let wrong = try server.get("/app/order.do?count=&size=9").text
            #expect(wrong.contains("count is empty<br />size is not valid"))
            #expect(!wrong.contains("Cannot initialize"))
            try server.expectLog(containing: "MSW0602: SwiftHandler app::order: the form cannot be")
        }
    }

    // MARK: Limits

    @Test(arguments: [
        ("text=10", "text", 413), ("field=9", "field", 413), ("fields=2", "fields", 413),
        ("parts=2", "parts", 413), ("header=40", "header", 400), ("body=200", "body", 413),
    ])
    func aLimitIsNamed(setting: String, name: String, status: Int) throws {
        try withHandlers(limits: setting) { server, _ throws in
            let form = MultipartForm(["first field", "second", "third"])
            #expect(try post(server, "x.do", form).status == status)
            try server.expectLog(containing: "(SwiftFormLimits \(setting))")
            let chunked = RequestBody.chunks([form.whole])
            #expect(try server.post("/app/x.do", chunked, headers: form.headers).status == status)
            try server.expectLog(containing: "(SwiftFormLimits \(setting))")
            if name == "text" || name == "field" || name == "fields" {
                #expect(try server.get("/app/x.do?first=second&a&b").status == status)
                try server.expectLog(containing: "(SwiftFormLimits \(setting))")
                #expect(try server.post("/app/x.do", "first=second&a&b").status == status)
                try server.expectLog(containing: "(SwiftFormLimits \(setting))")
            }
        }
    }

    @Test func limitsAreMergedOneByOneAndChecked() throws {
        let inner = """
            <Location /app/x.do>
                SwiftFormLimits fields=3
                SwiftFormLimits parts=2
            </Location>
            """
        try withHandlers(limits: "body=100 fields=1", global: inner) { server, _ throws in
            #expect(try server.get("/app/x.do?a&b&c").status == 200)
            #expect(
                try server.post("/app/x.do", .text(String(repeating: "a", count: 101))).status
                    == 413)
            try server.expectLog(containing: "SwiftFormLimits body=100")
            #expect(try server.get("/app/blank.do?a=1&b=2").status == 413)
            try server.expectLog(containing: "SwiftFormLimits fields=1")
        }
        for (line, words) in [
            ("", "takes one limit or more"), ("body", "sets no limit"), ("=1", "sets no limit"),
            ("boby=1", "sets no limit"), ("body=", "not a number"), ("body=-1", "not a number"),
            ("body=1X", "not a number"), ("fields=1K", "not a number"), ("nesting=65", "up to 64"),
            ("body=9999999999G", "not a number"), ("directory=", "takes a path"),
            ("directory=\"/a\"", "around the whole word"),
        ] {
            try expectRefusal(of: "SwiftFormLimits \(line)", with: words)
        }
    }

    // MARK: Other modules

    @Test func aFormThatMod_requestKeepsIsReadAgain() throws {
        let global = """
            <Location /app/>
                KeptBodySize 1000
            </Location>
            """
        try withHandlers(global: global, modules: ["request"]) { server, _ throws in
            let response = try server.post("/app/x.do?a=1", "b=2")
            #expect(FormSite.fields(response.text).map(\.text) == ["1", "2"])
        }
    }

    @Test func aRedirectedRequestHasTheFormOfTheOneBefore() throws {
        try withHandlers { server, _ throws in
            let response = try server.post("/app/redirecting.do?q=1", "b=2")
            #expect(
                FormSite.fields(response.text).map { "\($0.name)=\($0.text)" } == ["page=1", "b=2"])
            let unread = try server.post("/app/redirecting.do?unread", "b=2")
            #expect(
                FormSite.fields(unread.text).map { "\($0.name)=\($0.text)" } == ["page=1", "b=2"])
        }
    }

    // MARK: util

    @Test func textsAreParsedEscapedAndEncoded() throws {
        try withHandlers { server, _ throws in
            let response = try server.get("/app/texts.do?a=1+2&b=&a=%C3%A9;x&&c%3D=%26&=e&f")
            #expect(
                response.text.split(separator: "\n") == [
                    "a=1 2 b= a=é;x c==& =e f=", "=e a=1 2,é;x c==&",
                    "&lt;a b=&quot;é&#39;&amp;+%&quot;&gt;",
                    "%3Ca%20b%3D%22%C3%A9%27%26%2B%25%22%3E",
                    "%3Ca+b%3D%22%C3%A9%27%26%2B%25%22%3E", "<a b=\"é'&+%\">", "A%zz%4", "\u{FFFD}",
                ])
        }
    }

    /// Names that cannot be distinguished by a comparison of a few of their bytes.
    @Test func namesThatAreNearlyTheSameAreToldApart() throws {
        try withHandlers { server, _ throws in
            let names = ["axmxyz", "bxmxyz", "cxmxyz", "", "a", "aa", "é", "A"]
            let form = names.map { "\($0)=\($0)!" }.joined(separator: "&")
            let response = try server.post(
                "/app/lookup.do", .bytes(Array("\(form)&\(form)".utf8)))
            #expect(response.text == names.map { "\($0)!" }.joined(separator: ","))
        }
    }

    /// The bytes that a page with accept-charset="iso-8859-1" sends for "é": forms do not state
    /// their charset, except in a field that only some have.
    @Test func aFormInAnotherCharsetKeepsItsBytes() throws {
        try withHandlers { server, _ throws in
            let urlencoded = try server.post(
                "/app/charset.do", "n=%E9&_charset_=iso-8859-1",
                headers: ["Content-Type": "application/x-www-form-urlencoded"])
            #expect(urlencoded.text == "n: \u{FFFD} é\n_charset_: iso-8859-1 iso-8859-1")
            var form = MultipartForm()
            form.add("name=n", [0xE9])
            form.add("name=_charset_", Array("iso-8859-1".utf8))
            #expect(
                try post(server, "charset.do", form).text
                    == "n: \u{FFFD} é\n_charset_: iso-8859-1 iso-8859-1")
        }
    }

    @Test(.bug(id: "N4-25")) func redirectEscapesAndEndsThePhase() throws {
        let two = "<Location /app/redirect.do>\nSwiftHandler app::redirect app::next\n</Location>"
        try withHandlers(global: two) { server, _ throws in
            let found = try server.get("/app/redirect.do?to=/a%20b%22%0d%0aX:1%3Fq=%C3%A9%26")
            #expect(found.status == 302)
            #expect(found.headers["Location"]?.hasSuffix("/a%20b%22%0D%0AX:1?q=%C3%A9&") == true)
            #expect(found.headers["X"] == nil)
            #expect(found.text.contains("<a href=\"/a%20b%22%0D%0AX:1?q=%C3%A9&amp;\">"))
            #expect(!found.text.contains("next"))
            let permanent = try server.get("/app/redirect.do?to=/x&permanent&text=gone")
            #expect(permanent.status == 301)
            #expect(permanent.text == "gone")
            _ = try? server.get("/app/redirect.do?to=/x&late")
            try server.expectLog(containing: "redirect /x")
        }
    }
}
