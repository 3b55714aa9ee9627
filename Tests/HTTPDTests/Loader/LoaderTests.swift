// SPDX-License-Identifier: Apache-2.0
//
// From source to loaded module: built once, kept in the cache, built again when it has changed.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)), .coldCache)
struct LoaderTests {
    private static let good = source("good")

    private static func source(_ text: String) -> String {
        "func handler(_ req: Request) -> String { \"\(text)\" }"
    }

    @Test func anEditIsSeenByTheNextRequest() throws {
        try SwiftSite.with(Self.good, directives: "SwiftDebug On") { server throws in
            #expect(try server.app().text == "good")
            for edit in 1...3 {
                try server.writeApp(Self.source("edit \(edit)"))
                for _ in 0..<3 { #expect(try server.app().text == "edit \(edit)") }
            }
        }
    }

    @Test func theLastGoodVersionAnswersWhileTheNextIsMadeAndWhenItCannotBe() throws {
        // One process: another one might not have loaded it when the source breaks.
        try SwiftSite.with(Self.good, children: 1) { server throws in
            for _ in 0..<10 { #expect(try server.app().text == "good") }
            try server.writeApp("func handler(_ req: Request) -> String { broken }")
            for _ in 0..<10 { #expect(try server.app().text == "good") }
            try server.expectLog(containing: "MSW0113")
            #expect(server.errorLog().contains("cannot find 'broken' in scope"))
            server.allowLog(containing: "swift:error")
            try server.writeApp(Self.source("mended"))
            // The request that sees the change first does not wait for it either.
            #expect(eventually { (try? server.app().text) == "mended" })
        }
    }

    @Test func aFileCaughtHalfWrittenIsBuiltAgainBeforeAnErrorIsShown() throws {
        try SwiftSite.with(Self.good, directives: "SwiftDebug On") { server throws in
            #expect(try server.app().text == "good")
            try server.writeApp("func handler(_ req: Request) -> String { \"whole\"")
            let path = "\(server.htdocs)/app/app.swift"
            let writer = Thread {
                Thread.sleep(forTimeInterval: 0.2)
                guard let file = FileHandle(forWritingAtPath: path) else { return }
                _ = try? file.seekToEnd()
                try? file.write(contentsOf: Data("}\n".utf8))
                try? file.close()
            }
            writer.start()
            #expect(try server.app().text == "whole")
        }
    }

    @Test func aSourceThatDoesNotCompileIsCompiledOnceForAllProcesses() throws {
        try SwiftSite.with("func handler(_ req: Request) -> String { broken }", mpm: .prefork) {
            server throws in
            let load = server.hammer(
                "/app/x.do", connections: 8, requestsPerConnection: 4)
            #expect(load.statuses == [500: 32])
            #expect(server.failedBuilds == 1)
            server.allowLog(containing: "swift:error")
        }
    }

    @Test func withAutoReloadOffAnEditIsSeenAfterARestart() throws {
        try SwiftSite.with(Self.good, directives: "SwiftAutoReload Off") { server throws in
            // Every child of the two has loaded it.
            for _ in 0..<20 { #expect(try server.app().text == "good") }
            #expect(server.hammer("/app/x.do").errors.isEmpty)
            try server.restart(graceful: false)
            try server.writeApp(Self.source("edited"))
            try server.restart(graceful: false)
            #expect(try server.app().text == "edited")
        }
    }

    @Test func aFileThatWasOnlyTouchedIsNotBuiltAgain() throws {
        try SwiftSite.with(Self.good) { server throws in
            #expect(try server.app().text == "good")
            try server.writeApp(Self.good)
            #expect(try server.app().text == "good")
            #expect(server.builds == 1)
        }
    }

    @Test func theCacheSurvivesTheServer() throws {
        try SwiftSite.with(Self.good) { server throws in
            #expect(try server.app().text == "good")
            try server.stop()
            try server.start()
            #expect(try server.app().text == "good")
            #expect(server.builds == 1)
        }
    }

    @Test(arguments: MPM.allCases)
    func manyFirstRequestsMakeOneBuild(_ mpm: MPM) throws {
        try SwiftSite.with(Self.good, mpm: mpm) { server throws in
            let load = server.hammer(
                "/app/x.do", connections: 12, requestsPerConnection: 2
            ) {
                guard $0.text == "good" else { throw Unexpected(text: $0.text) }
            }
            #expect(load.statuses == [200: 24])
            #expect(load.errors.isEmpty)
            #expect(server.builds == 1)
        }
    }

    @Test(arguments: ["truncated", "garbage", "empty", "writable", "link"])
    func anArtifactThatIsNotWholeIsBuiltAgain(damage: String) throws {
        try SwiftSite.with(Self.good) { server throws in
            #expect(try server.app().text == "good")
            try server.stop()
            let path = try server.artifact
            let bytes = try #require(FileManager.default.contents(atPath: path))
            switch damage {
            case "truncated": try rewrite(path, bytes.prefix(bytes.count / 2))
            case "garbage": try rewrite(path, Data(bytes.map { $0 ^ 0x55 }))
            case "empty": try rewrite(path, Data())
            case "writable": #expect(chmod(path, 0o666) == 0)
            default:
                #expect(rename(path, path + ".moved") == 0)
                #expect(symlink(path + ".moved", path) == 0)
            }
            try server.start()
            #expect(try server.app().text == "good")
            try server.expectLog(containing: "MSW0109")
            #expect(server.builds == 2)
        }
    }

    @Test(arguments: ["mode", "link"])
    func aCacheThatOthersMayHaveWrittenToIsRefused(flaw: String) throws {
        try SwiftSite.with(Self.good, directives: "SwiftDebug On") { server throws in
            #expect(try server.app().text == "good")
            let cache = server.cache
            if flaw == "mode" {
                #expect(chmod(cache, 0o777) == 0)
            } else {
                #expect(rename(cache, cache + ".moved") == 0)
                #expect(symlink(cache + ".moved", cache) == 0)
            }
            try server.writeApp(Self.source("new"))
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0107: SwiftHandler")
        }
    }

    @Test func theCacheBelongsToTheServersUserAlone() throws {
        try SwiftSite.with(Self.good) { server throws in
            #expect(try server.app().text == "good")
            for path in [server.cache, try server.artifact] {
                var info = stat()
                #expect(stat(path, &info) == 0)
                #expect(info.st_mode & 0o077 == 0, "\(path)")
                if geteuid() == 0 { #expect(info.st_uid != 0, "\(path)") }
            }
        }
    }

    @Test func aCompilerThatIsMissingIsToldAndFoundAgain() throws {
        try SwiftSite.with(Self.good, global: "SwiftCompiler /nowhere/swiftc") { server throws in
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0771")
            #expect(server.errorLog().contains("/nowhere/swiftc"))
            server.allowLog(containing: "swift:error")
        }
    }

    @Test func aCompilerThatHangsIsEndedInTime() throws {
        let global = "SwiftCompiler ${HTDOCS}/swiftc\nSwiftBuildTimeout 3s"
        try SwiftSite.with(Self.good, global: global) { server throws in
            try server.write("swiftc", "#!/bin/sh\nsleep 600 & echo $! >>${TMPDIR}/../pids; wait\n")
            #expect(chmod("\(server.htdocs)/swiftc", 0o755) == 0)
            let start = ContinuousClock.now
            let answer = try server.app()
            #expect(answer.status == 503)
            #expect(answer.headers["Retry-After"] != nil)
            #expect(ContinuousClock.now - start < .seconds(60))
            try server.expectLog(containing: "MSW0105: SwiftHandler")
            // The cache is warmed with the same compiler, which may not be there yet.
            server.allowLog(containing: "MSW0112")
            server.allowLog(containing: "htdocs/swiftc")
            let text = try String(contentsOfFile: "\(server.cache)/work/pids", encoding: .utf8)
            for pid in text.split(separator: "\n").compactMap({ pid_t($0) }) {
                #expect(eventually { kill(pid, 0) != 0 }, "process \(pid) is still there")
            }
        }
    }

    @Test func aHandlerMayImportFoundation() throws {
        let source = """
            import Foundation
            struct Answer: Codable { var words: [String] }
            func handler(_ req: Request) throws -> String {
                let words = (req.args ?? "").components(separatedBy: "+").map(\\.localizedUppercase)
                return String(decoding: try JSONEncoder().encode(Answer(words: words)), as: UTF8.self)
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app("a+%C3%A9").text == #"{"words":["A","%C3%A9"]}"#)
        }
    }

    @Test func withoutOptimisationAHandlerIsAnotherBuild() throws {
        try SwiftSite.with(Self.good, global: "SwiftOptimize Off") { server throws in
            #expect(try server.app().text == "good")
            let plain = try server.artifact
            server.configuration.text = server.configuration.text.replacing(
                "SwiftOptimize Off", with: "SwiftOptimize On")
            try server.restart(graceful: false)
            #expect(try server.app().text == "good")
            #expect(server.builds == 2)
            #expect(FileManager.default.fileExists(atPath: plain))
        }
    }

    @Test func aSourceThatIsRemovedIsLookedForAgain() throws {
        let global = "SwiftPath ${HTDOCS}/lib"
        try SwiftSite.with(Self.good, global: global) { server throws in
            #expect(try server.app().text == "good")
            try server.remove("app/app.swift")
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0101")
            try server.write("lib/app.swift", "import ModSwift\n\(Self.source("from lib"))")
            #expect(try server.app().text == "from lib")
        }
    }

    @Test func unusualFileNamesAreModules() throws {
        let text = """
            <Directory "${HTDOCS}/app">
            AddHandler mod_swift .do
            SwiftHandler 404 dir/über-uns "with space"
            </Directory>
            """
        try HTTPD.with(.modSwift(text: text)) { server throws in
            for (file, answer) in [("404", "a"), ("dir/über-uns", "b"), ("with space", "c")] {
                try server.write(
                    "app/\(file).swift",
                    "import ModSwift\nfunc handler(_ req: Request) { req.write(\"\(answer)\") }")
            }
            #expect(try server.app().text == "abc")
        }
    }

    private func rewrite(_ path: String, _ bytes: some DataProtocol) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data(bytes))
        try file.close()
    }
}

extension HTTPD {
    /// How many builds the log tells of.
    var builds: Int {
        errorLog().split(separator: "\n").count {
            $0.contains("MSW0110") && !$0.contains("warm.swift")
        }
    }

    /// How many builds the log tells of that the compiler refused.
    var failedBuilds: Int {
        errorLog().split(separator: "\n").count { $0.contains("MSW0114") }
    }

    /// The one compiled module in the cache.
    var artifact: String {
        get throws {
            let directory = "\(cache)/modules"
            let files = try FileManager.default.contentsOfDirectory(atPath: directory)
            return
                "\(directory)/\(try #require(files.first { $0.hasSuffix(".so") && !$0.hasPrefix("warm-") }))"
        }
    }
}
