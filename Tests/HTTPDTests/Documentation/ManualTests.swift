// SPDX-License-Identifier: Apache-2.0
//
// The manual says what is so: its handlers run, its configurations are accepted, and what the code
// has (ids, directives, members) stands in it. docs/manual/README.md explains the info strings.

import Foundation
import ModSwiftTesting
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ManualTests {
    @Test func everyBlockSaysWhatItIs() throws {
        for block in try Manual.pages().flatMap(\.blocks) {
            let words = block.info.split(separator: " ").prefix(2)
            let isFragment = words.last == "fragment"
            #expect(!words.isEmpty, "\(block.place): a block without a language")
            if words.first == "swift" {
                #expect(
                    block.text.contains("import ModSwift") != isFragment,
                    "\(block.place): a handler module imports ModSwift, a fragment does not")
            }
        }
    }

    @Test func everyHandlerAnswersAsThePageSays() throws {
        let snippets = try Manual.pages().flatMap(\.blocks).compactMap(ManualSnippet.init)
        #expect(snippets.count > 20)
        let text = snippets.map(\.section).joined(separator: "\n")
        try HTTPD.with(.modSwift(modules: Manual.modules, text: text)) { server throws in
            for snippet in snippets {
                for (name, text) in snippet.files { try server.write(name, text) }
                for text in snippet.logs { server.allowLog(containing: text) }
            }
            // The compiler takes most of the time: two at once.
            let problems = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: snippets.count) { index in
                let found = snippets[index].problems(at: server)
                problems.withLock { $0 += found }
            }
            for problem in problems.withLock({ $0 }) { Issue.record("\(problem)") }
            for text in snippets.flatMap(\.logs) { try server.expectLog(containing: text) }
        }
    }

    @Test func everyConnectionHandlerSpeaksAsThePageSays() throws {
        let blocks = try Manual.pages().flatMap(\.blocks).filter(\.isConnectionHandler)
        #expect(blocks.count > 1)
        for block in blocks {
            let words = ManualSnippet.words(of: block.info)
            let global = """
                SwiftPath "${HTDOCS}"
                SwiftConnectionHandler hello
                """
            try HTTPD.with(.modSwift(text: global)) { server throws in
                try server.write("hello.swift", block.text)
                let sent = words.first { $0.key == "send" }?.value ?? ""
                let expected = words.first { $0.key == "expect" }?.value ?? ""
                #expect(try server.rawExchange(sent) == expected, "\(block.place)")
            }
        }
    }

    @Test func everyConfigurationIsAccepted() throws {
        let server = try HTTPD(.modSwift(modules: Manual.modules))
        defer { server.close() }
        for block in try Manual.pages().flatMap(\.blocks) where block.info == "apache" {
            // The harness loads the module itself.
            server.configuration.text = block.text.split(separator: "\n")
                .filter { !$0.hasPrefix("LoadModule swift_module ") }.joined(separator: "\n")
            let test = server.configTest()
            #expect(test.ok, "\(block.place): \(test.output)")
        }
    }

    @Test func everyIdIsExplainedAndInOrder() throws {
        let explained = try Manual.page("docs/error-reference.md").headings(2)
        let sources =
            try Manual.files(below: "Sources", ".swift").filter {
                !$0.hasPrefix("Sources/ModSwiftTesting/")
            } + Manual.files(below: "Sources", ".c") + Manual.files(below: "shim", ".c")
        let used = try Set(
            sources.flatMap { try Manual.text($0).matches(of: /MSW[0-9]{4}/).map { "\($0.0)" } })
        #expect(explained == used.sorted())
    }

    @Test func everyDirectiveHasItsSection() throws {
        let code = try Manual.text("shim/msw_directives.c")
        let table = try #require(
            code.firstMatch(of: /msw_directives\[\] = \{((?s).*?)\{ NULL \}/)?.1)
        let directives = table.matches(of: /AP_INIT_[A-Z0-9_]+\("(\w+)"/).map { "\($0.1)" }
        let sections = try Manual.page("docs/manual/directives.md").headings(2)
        #expect(!directives.isEmpty)
        #expect(sections.filter { $0.hasPrefix("Swift") } == directives)
    }

    @Test(arguments: [
        "Apache", "Request", "Table", "Connection", "Server", "Filter", "Errors", "Logging",
        "Cookies", "Forms", "Sessions", "Pages",
    ])
    func everyPublicMemberIsInTheManual(folder: String) throws {
        let pages = try Manual.files(below: "docs/manual", ".md").map(Manual.text)
        let words = Set(pages.joined().matches(of: /\w+/).map(\.0))
        let declaration = /public (?:internal\(set\) )?(?:static )?(?:var|let|func) `?(\w+)/
        let conformances: Set<Substring> = ["makeIterator", "makeAsyncIterator", "description"]
        for file in try Manual.files(below: "Sources/ModSwift/\(folder)", ".swift") {
            for member in try Manual.text(file).matches(of: declaration) {
                #expect(
                    words.contains(member.1) || conformances.contains(member.1),
                    "\(file): \(member.1)")
            }
        }
    }

    @Test func everyLinkLeadsSomewhere() throws {
        let files = try ["README.md", "CONTRIBUTING.md"] + Manual.files(below: "docs", ".md")
        for page in try files.map(Manual.page) {
            for link in page.links {
                #expect(try Manual.leadsSomewhere(link, from: page), "\(page.path): \(link)")
            }
        }
    }
}

/// The files of the clone that the tests are about.
enum Manual {
    /// What the examples need of httpd, beside what every server of the tests has.
    static let modules = ["authn_core", "authn_file", "authz_user", "auth_basic", "auth_digest"]

    static func pages() throws -> [ManualPage] {
        try (["README.md"] + files(below: "docs/manual", ".md")).map(page)
    }

    static func page(_ path: String) throws -> ManualPage {
        ManualPage(path: path, text: try text(path))
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(root())/\(path)", encoding: .utf8)
    }

    static func files(below folder: String, _ suffix: String) throws -> [String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: "\(root())/\(folder)")
        return names.filter { $0.hasSuffix(suffix) }.sorted().map { "\(folder)/\($0)" }
    }

    /// Whether there is such a file, and in it such a heading.
    static func leadsSomewhere(_ link: String, from page: ManualPage) throws -> Bool {
        if link.contains("://") { return true }
        let parts = link.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
        let folder = URL(fileURLWithPath: try "\(root())/\(page.path)").deletingLastPathComponent()
        let target =
            parts[0].isEmpty
            ? try "\(root())/\(page.path)" : folder.appending(path: parts[0]).standardized.path
        guard FileManager.default.fileExists(atPath: target) else { return false }
        guard parts.count > 1 else { return true }
        let text = try String(contentsOfFile: target, encoding: .utf8)
        return ManualPage(path: target, text: text).anchors.contains(parts[1])
    }

    private static func root() throws -> String {
        try #require(ProcessInfo.processInfo.environment["MOD_SWIFT_SOURCE"])
    }
}

/// A page: its blocks of code, its headings, its links.
struct ManualPage {
    /// A block between fences.
    struct Block {
        let page: String
        let line: Int
        let info: String
        var text = ""

        var place: String { "\(page):\(line)" }
        /// A module with a handler of connections, not of requests.
        var isConnectionHandler: Bool { info.hasPrefix("swift connection ") }
    }

    let path: String
    private(set) var blocks: [Block] = []
    private var prose: [Substring] = []

    init(path: String, text: String) {
        self.path = path
        var open: (block: Block, indentation: Int)?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let content = line.drop { $0 == " " }
            guard content.hasPrefix("```") else {
                let indentation = open?.indentation ?? 0
                open?.block.text += line.dropFirst(indentation) + "\n"
                if open == nil { prose.append(line) }
                continue
            }
            if let ended = open {
                blocks.append(ended.block)
                open = nil
            } else {
                let info = content.dropFirst(3).trimmingCharacters(in: .whitespaces)
                let block = Block(page: path, line: index + 1, info: info)
                open = (block, line.count - content.count)
            }
        }
    }

    func headings(_ level: Int) -> [String] {
        let mark = String(repeating: "#", count: level) + " "
        return prose.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
    }

    /// Headings as GitHub names them in links.
    var anchors: [String] {
        (1...4).flatMap(headings).map { heading in
            heading.lowercased().filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }
                .replacing(" ", with: "-")
        }
    }

    var links: [String] {
        prose.joined(separator: "\n").replacing(/`[^`\n]+`/, with: "")
            .matches(of: /\]\(([^)\s]+)\)/).map { "\($0.1)" }
    }
}

/// A handler module of the manual, and what its info string says of it.
struct ManualSnippet: Sendable {
    /// A request and what its answer must have.
    private struct Exchange {
        var target = ""
        var method = "GET"
        var body: String?
        var sent: HeaderFields = [:]
        var status = 200
        var texts: [String] = []
        var headers: [(name: String, value: String)] = []
    }

    private let place: String
    private let directory: String
    private var handlers = ["hello"]
    private var directives: [String] = []
    private(set) var files: [(name: String, text: String)]
    private(set) var logs: [String] = []
    private var exchanges = [Exchange()]
    /// Something was said of the first request.
    private var hasBegun = false

    /// Nil for a block that is no handler module.
    init?(_ block: ManualPage.Block) {
        guard block.info.hasPrefix("swift"), block.text.contains("import ModSwift"),
            !block.isConnectionHandler
        else { return nil }
        place = block.place
        let page = block.page.split(separator: "/").last?.split(separator: ".").first ?? "page"
        directory = "\(page)-\(block.line)"
        files = [("\(directory)/hello.swift", block.text)]
        for (key, value) in Self.words(of: block.info) { take(key, value) }
    }

    /// `key=value` and `key="value"`; a backslash quotes, `\n` is a line break.
    static func words(of info: String) -> [(key: String, value: String)] {
        info.matches(of: /(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S+))/).map { match in
            let value = match.2 ?? match.3 ?? ""
            let text = value.replacing("\\n", with: "\n").replacing("\\\"", with: "\"")
            return (String(match.1), String(text))
        }
    }

    private mutating func take(_ key: String, _ value: String) {
        switch key {
        case "handler":
            handlers = value.split(separator: " ").map {
                $0.contains("::") ? String($0) : "hello::\($0)"
            }
        case "directives": directives.append(value)
        case "file":
            let (name, text) = Self.parts(of: value, at: "=")
            files.append(("\(directory)/\(name)", text))
        case "log": logs.append(value)
        default:
            if key == "request", hasBegun { exchanges.append(Exchange()) }
            hasBegun = true
            takeOfRequest(key, value, &exchanges[exchanges.count - 1])
        }
    }

    private func takeOfRequest(_ key: String, _ value: String, _ exchange: inout Exchange) {
        switch key {
        case "request": exchange.target = value
        case "method": exchange.method = value
        case "body": exchange.body = value
        case "send":
            let (name, text) = Self.parts(of: value, at: ": ")
            exchange.sent.add(name, text)
        case "status": exchange.status = Int(value) ?? 0
        case "expect": exchange.texts.append(value)
        case "header": exchange.headers.append(Self.parts(of: value, at: ": "))
        default: Issue.record("\(place): \(key)= means nothing")
        }
    }

    private static func parts(of text: String, at mark: String) -> (name: String, value: String) {
        guard let range = text.firstRange(of: mark) else { return (text, "") }
        return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
    }

    /// The configuration of its directory.
    var section: String {
        """
        <Directory "${HTDOCS}/\(directory)">
            AddHandler mod_swift .do
            SwiftHandler \(handlers.joined(separator: " "))
            \(directives.joined(separator: "\n    "))
        </Directory>
        """
    }

    /// Sends its requests and compares the answers.
    func problems(at server: HTTPD) -> [String] {
        exchanges.flatMap { exchange -> [String] in
            do {
                return try differences(in: answer(to: exchange, at: server), from: exchange)
            } catch {
                return ["\(place): \(error)"]
            }
        }
    }

    private func answer(to exchange: Exchange, at server: HTTPD) throws -> Response {
        let path = exchange.target.hasPrefix("/") ? exchange.target : "/x.do\(exchange.target)"
        return try server.request(
            exchange.method, "/\(directory)\(path)", headers: exchange.sent,
            body: exchange.body.map { .text($0) })
    }

    private func differences(in answer: Response, from wanted: Exchange) -> [String] {
        var found: [String] = []
        if answer.status != wanted.status { found.append("status \(wanted.status)") }
        found += wanted.texts.filter { !answer.text.contains($0) }
        found += wanted.headers.filter { name, value in
            !answer.headers.values(for: name).contains(value)
        }.map { "\($0.name): \($0.value)" }
        return found.map { "\(place), \(wanted.target): \"\($0)\" expected:\n\(answer)" }
    }
}
