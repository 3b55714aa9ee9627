// SPDX-License-Identifier: Apache-2.0
//
// The features of an editor for a directory of handlers, tested with sourcekit-lsp itself.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct EditorTests {
    private static let files = [
        "shop.swift": """
        import ModSwift
        import prices
        import stock

        func handler(_ req: Request) -> String {
            req.
            return priceOf
        }
        """,
        "prices.swift": """
        /// What a thing costs, in cents.
        package func priceOfThing(_ name: String) -> Int { name.utf8.count }
        """,
        "stock/a.swift": "import ModSwift\npackage func inStock() -> Bool { helper() }\n",
        "stock/b.swift": "func helper() -> Bool { tru }\n",
        "404.swift": "import ModSwift\nfunc handler(_ req: Request) -> Status { .notFound }\n",
    ]

    /// Runs a body with a directory for which the command has written its files.
    private func with(
        _ files: [String: String] = files, _ arguments: [String] = [],
        _ body: (String, (status: String, output: String)) throws -> Void
    ) throws {
        try withTemporaryDirectory { directory in
            let root = try #require(URL(fileURLWithPath: directory).resolvingSymlinksInPath().path)
            for (name, text) in files {
                let file = URL(fileURLWithPath: "\(root)/\(name)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
            try body(root, CommandLineTool.run(["editor", root] + arguments))
        }
    }

    private static var languageServer: String? {
        let path = (try? SourceTree.configured("TOOLCHAIN")).map { "\($0)/bin/sourcekit-lsp" }
        return path.flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil }
    }

    @Test(.enabled(if: languageServer != nil))
    func handlersAreCompletedExplainedAndNavigated() throws {
        try with { root, result in
            #expect(result.status == "exit status 0", "\(result.output)")
            let editor = try LanguageClient(#require(Self.languageServer), workspace: root)
            defer { editor.close() }
            try editor.open("shop.swift")
            // Members of ModSwift, and of a module in the handler's directory.
            let members = try editor.completions("shop.swift", line: 5, character: 8)
            #expect(members.contains("contentType") && members.contains("headersIn"))
            #expect(
                try editor.completions("shop.swift", line: 6, character: 18)
                    .contains { $0.hasPrefix("priceOfThing(") })
            let help = try editor.text(
                "textDocument/hover", "shop.swift", line: 4, character: 22)
            #expect(help.contains("A request, and the"))
            let type = try editor.text(
                "textDocument/definition", "shop.swift", line: 4, character: 22)
            #expect(type.contains("ModSwift.swiftinterface"))
            // In a module with two files, each sees the other's declarations.
            try editor.open("stock/a.swift")
            let helper = try editor.text(
                "textDocument/definition", "stock/a.swift", line: 1, character: 35)
            #expect(helper.contains("stock/b.swift"))
        }
    }

    @Test func aModuleThatDoesNotCompileIsNamedAndTheRestIsWritten() throws {
        var files = Self.files
        files["prices.swift"] = "package func broken() -> Missing { }\n"
        try with(files) { root, result in
            #expect(result.status == "exit status 1")
            #expect(result.output.contains("\(root)/prices.swift:1:26: error: cannot find type"))
            let flags = try String(
                contentsOfFile: "\(root)/.modswift/compile_commands.json", encoding: .utf8)
            #expect(flags.contains("\(root)/stock/b.swift") && flags.contains("\"_404\""))
        }
    }

    @Test func aCircleIsToldAndADirectoryCanBeNamed() throws {
        let files = [
            "a.swift": "import b\n", "b.swift": "import a\n", "c.swift": "\n",
            "app/x.swift": "let x = 1\n", "app/y.swift": "let y = x\n",
        ]
        try with(files, ["--module", "app"]) { root, result in
            #expect(result.status == "exit status 1")
            #expect(result.output.contains("error: modules import each other"))
            let flags = try String(
                contentsOfFile: "\(root)/.modswift/compile_commands.json", encoding: .utf8)
            #expect(flags.contains("\"app\"") && flags.contains("\(root)/c.swift"))
        }
    }

    @Test func whatIsNoDirectoryIsSaid() throws {
        let (status, output) = try CommandLineTool.run("editor", "/nowhere")
        #expect(status == "exit status 1" && output.contains("/nowhere is not a directory"))
    }
}

/// A client of sourcekit-lsp, as far as these tests need one.
private final class LanguageClient {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let workspace: String
    private var lastID = 0

    init(_ server: String, workspace: String) throws {
        self.workspace = workspace
        process.executableURL = URL(fileURLWithPath: server)
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": workspace, "TMPDIR": workspace]
        try process.run()
        // A server that does not respond is ended after the test's time limit.
        let watched = process
        DispatchQueue.global().asyncAfter(deadline: .now() + 120) { watched.terminate() }
        _ = try request(
            "initialize",
            [
                "rootUri": "file://\(workspace)", "capabilities": [:] as [String: Any],
                "processId": ProcessInfo.processInfo.processIdentifier,
            ])
        try send(["method": "initialized", "params": [:] as [String: Any]])
    }

    func close() {
        process.terminate()
        process.waitUntilExit()
    }

    func open(_ name: String) throws {
        let text = try String(contentsOfFile: "\(workspace)/\(name)", encoding: .utf8)
        let document: [String: Any] = [
            "uri": "file://\(workspace)/\(name)", "languageId": "swift", "version": 1, "text": text,
        ]
        try send(["method": "textDocument/didOpen", "params": ["textDocument": document]])
    }

    /// Returns the labels of the completions at a position; line and character count from 0.
    func completions(_ name: String, line: Int, character: Int) throws -> [String] {
        let result = try request(
            "textDocument/completion", position(name, line, character))
        let items = (result as? [String: Any])?["items"] ?? result
        return (items as? [[String: Any]] ?? []).compactMap { $0["label"] as? String }
    }

    /// Returns the result of a request about a position, as text.
    func text(_ method: String, _ name: String, line: Int, character: Int) throws -> String {
        "\(try request(method, position(name, line, character)))"
    }

    private func position(_ name: String, _ line: Int, _ character: Int) -> [String: Any] {
        [
            "textDocument": ["uri": "file://\(workspace)/\(name)"],
            "position": ["line": line, "character": character],
        ]
    }

    private func request(_ method: String, _ params: [String: Any]) throws -> Any {
        lastID += 1
        try send(["id": lastID, "method": method, "params": params])
        while true {
            let message = try receive()
            if message["method"] == nil, message["id"] as? Int == lastID {
                return message["result"] ?? message["error"] ?? ""
            }
            // A request from the server to the editor.
            if message["method"] != nil, let id = message["id"] {
                try send(["id": id, "result": NSNull()])
            }
        }
    }

    private func send(_ message: [String: Any]) throws {
        let message = message.merging(["jsonrpc": "2.0"]) { own, _ in own }
        let body = try JSONSerialization.data(withJSONObject: message)
        try input.fileHandleForWriting.write(
            contentsOf: Data("Content-Length: \(body.count)\r\n\r\n".utf8) + body)
    }

    private func receive() throws -> [String: Any] {
        var head = ""
        while !head.hasSuffix("\r\n\r\n") { head += String(decoding: try read(1), as: UTF8.self) }
        let length = try #require(head.firstMatch(of: /Content-Length: ([0-9]+)/)?.1)
        let body = try read(#require(Int(length)))
        return try #require(JSONSerialization.jsonObject(with: body) as? [String: Any])
    }

    private func read(_ count: Int) throws -> Data {
        var data = Data()
        while data.count < count {
            let more = try output.fileHandleForReading.read(upToCount: count - data.count)
            guard let more, !more.isEmpty else { throw Unexpected(text: "sourcekit-lsp has ended") }
            data += more
        }
        return data
    }
}
