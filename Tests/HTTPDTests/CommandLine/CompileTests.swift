// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct CompileTests {
    private func compile(
        _ files: [String: String], _ arguments: [String] = []
    ) throws -> (status: Int, output: String, directory: String) {
        try withTemporaryDirectory { directory throws in
            for (name, text) in files {
                try text.write(
                    toFile: "\(directory)/\(name)", atomically: false, encoding: .utf8)
            }
            let script = ["sh", "-c", "cd \"$1\"; shift; \"$@\"; echo \"exit $?\""]
            let output = try Shell.run(
                script + ["sh", directory, SourceTree.commandLine, "compile"] + arguments
                    + files.keys.sorted(),
                environment: ["HOME": directory], within: .seconds(120))
            let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
            let status = Int(lines.dropLast().last?.dropFirst("exit ".count) ?? "") ?? -1
            return (status, lines.dropLast(2).joined(separator: "\n"), directory)
        }
    }

    @Test func eachKindOfSourceIsCompiledAsTheServerWould() throws {
        let (status, output, directory) = try compile([
            "a.swift": "import ModSwift\nfunc handler(_ req: Request) -> String { \"\" }\n",
            "b.psp": "<% for i in 0..<3 { %><%= i %><% } %>",
            "c.cgi": "#!/usr/bin/env swift\nprint(\"Content-Type: text/plain\\n\")\n",
        ])
        #expect(status == 0, "\(output)")
        for name in ["a.swift", "b.psp", "c.cgi"] {
            #expect(output.contains("\(directory)/\(name): compiles ("), "\(output)")
        }
    }

    @Test func whatIsWrongIsShownWithItsLines() throws {
        let (status, output, directory) = try compile([
            "hello.swift": """
            import ModSwift

            func handler(_ req: Request) throws -> Status {
                req.write(1 as Int)
                return .ok
            }
            """,
            "page.psp": "<p>\n<%= undefined %>\n",
        ])
        #expect(status == 1)
        #expect(output.contains("\(directory)/hello.swift:4:"), "\(output)")
        #expect(output.contains("\n  4      req.write(1 as Int)\n"), "\(output)")
        #expect(output.contains("\(directory)/hello.swift: does not compile"))
        #expect(
            output.contains("\(directory)/page.psp:2:5: error: cannot find 'undefined' in scope"),
            "\(output)")
    }

    @Test func programsGetJSON() throws {
        struct Report: Decodable {
            struct Message: Decodable {
                let severity: String
                let message: String
                let line: Int?
                let column: Int?
            }
            let source: String
            let compiles: Bool
            let diagnostics: [Message]
        }
        let (status, output, _) = try compile(
            ["x.swift": "import ModSwift\nlet a: Int = \"\"\n"], ["--json"])
        #expect(status == 1)
        let reports = try JSONDecoder().decode([Report].self, from: Data(output.utf8))
        #expect(reports.count == 1)
        #expect(reports[0].compiles == false)
        #expect(reports[0].diagnostics[0].severity == "error")
        #expect(reports[0].diagnostics[0].line == 2)
        #expect(reports[0].diagnostics[0].column == 14)
    }

    @Test func aMissingFileIsAnError() throws {
        let (status, output) = try CommandLineTool.run("compile", "/nowhere/x.swift")
        #expect(status == "exit status 1")
        #expect(output.contains("/nowhere/x.swift cannot be read."))
    }
}

/// Behaviour that all commands have in common.
@Suite(.timeLimit(.minutes(10)))
struct CommandWordTests {
    @Test(arguments: [
        ("serv", "serve"), ("biuld", "build"), ("complie", "compile"), ("Status", "status"),
        ("restrat", "restart"), ("gen", "new"),
    ])
    func aWrongWordGetsASuggestion(_ word: String, _ meant: String) throws {
        let (status, output) = try CommandLineTool.run(word)
        #expect(status == "exit status 64")
        #expect(output.contains("There is no command \"\(word)\"."))
        #expect(output.contains("Did you mean \"\(meant)\"?") || word == "gen", "\(output)")
    }

    @Test func theVersionIsThereInEachForm() throws {
        let version = try SourceTree.version
        #expect(
            try CommandLineTool.run("--version").output.hasPrefix("mod_swift \(version) (Swift "))
        #expect(try CommandLineTool.run("version").output.hasPrefix("mod_swift \(version) (Swift "))
        let json = try CommandLineTool.run("version", "--json").output
        let values = try JSONDecoder().decode([String: String].self, from: Data(json.utf8))
        #expect(values["version"] == version)
    }

    @Test func nothingIsColouredInAPipe() throws {
        #expect(try !CommandLineTool.run("help").output.contains("\u{1B}"))
    }
}
