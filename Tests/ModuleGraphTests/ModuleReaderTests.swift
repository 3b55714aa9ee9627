// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModuleArtifact
import ModuleGraph
import SystemCalls
import Testing

@Suite final class ModuleReaderTests {
    private let root: String

    init() throws { root = try FileSystem.makeUniqueDirectory("/tmp/mod_swift-graph") }

    deinit { FileSystem.removeTree(root) }

    private func write(_ files: [String: String]) throws {
        for (name, text) in files {
            let path = "\(root)/\(name)"
            try FileManager.default.createDirectory(
                atPath: FilePath.parent(of: path), withIntermediateDirectories: true)
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        }
    }

    private func reader(
        searchPath: [String] = [], pinned: [String: ModuleNode] = [:]
    ) -> ModuleReader {
        ModuleReader(
            common: BuildInputs(
                sourcePath: "", sources: [], namespace: "n", optimize: true, buildID: "ab",
                compilerVersion: "6", libraryDirectory: "/lib"),
            searchPath: searchPath.map { "\(root)/\($0)" }, pinned: pinned)
    }

    private func read(_ name: String, searchPath: [String] = []) throws -> ModuleReader.Result {
        var reader = reader(searchPath: searchPath)
        return try reader.read("\(root)/\(name)")
    }

    private func refusal(of name: String) throws -> String {
        do {
            _ = try read(name)
        } catch ModuleReadError.refused(let diagnostics) {
            return diagnostics.replacingOccurrences(of: "\(root)/", with: "")
        }
        return "it was read"
    }

    @Test func aModuleComesAfterWhatItImports() throws {
        try write([
            "a.swift": "import b\nimport c", "b.swift": "import d", "c.swift": "import d",
            "d/one.swift": "import ModSwift", "d/two.swift": "import Foundation",
        ])
        let module = try read("a.swift").module
        #expect(module.closure.map(\.names.display) == ["d", "b", "c"])
        #expect(module.imports.map(\.name) == ["b", "c"])
    }

    @Test func whatAModuleImportsChangesItAndNothingElseDoes() throws {
        try write([
            "a.swift": "import b", "b.swift": "import c", "c.swift": "", "other.swift": "",
        ])
        func keys() throws -> [ModuleKey] {
            try ["a.swift", "b.swift", "c.swift", "other.swift"].map { try read($0).module.key }
        }
        let before = try keys()
        try write(["b.swift": "import c\n// changed"])
        let after = try keys()
        #expect(zip(before, after).map { $0 != $1 } == [true, true, false, false])
        try write(["c.swift": "// changed"])
        #expect(try zip(after, keys()).map { $0 != $1 } == [true, true, true, false])
    }

    @Test func aFileComesBeforeADirectoryAndTheOwnDirectoryBeforeTheSearchPath() throws {
        try write([
            "site/a.swift": "import x\nimport y\nimport z", "site/x.swift": "",
            "site/x/x.swift": "",
            "lib/x.swift": "", "site/y/y.swift": "", "lib/y.swift": "", "lib/z/z.swift": "",
            "site/z/readme.txt": "no module",
        ])
        let module = try read("site/a.swift", searchPath: ["lib"]).module
        #expect(
            module.imports.map { $0.module.path.dropFirst(root.count + 1) }
                == ["site/x.swift", "site/y", "lib/z"])
    }

    @Test func aModuleOfADirectoryFindsWhatIsBesideTheDirectory() throws {
        try write(["app/main.swift": "import b", "app/b.swift": "// its own", "b.swift": ""])
        let module = try read("app").module
        #expect(module.closure.map(\.path) == ["\(root)/b.swift"])
    }

    @Test func everyFileOfADirectoryCountsAndNothingElseInIt() throws {
        try write(["app/a.swift": "", "app/b.swift": ""])
        let first = try read("app").module.key
        try write(["app/note.txt": "x", "app/.hidden.swift": "", "app/sub/c.swift": ""])
        #expect(try read("app").module.key == first)
        try write(["app/c.swift": ""])
        let second = try read("app").module.key
        #expect(second != first)
        try FileManager.default.moveItem(
            atPath: "\(root)/app/c.swift", toPath: "\(root)/app/d.swift")
        #expect(try read("app").module.key != second)
    }

    @Test(arguments: [
        ("b.swift", "// changed"), ("app/new.swift", ""), ("app/a.swift", "// changed"),
        ("lib.swift", "// in front of that on the path"), ("lib/lib.swift", ""),
    ])
    func everyFileThatDecidesIsKnown(name: String, text: String) throws {
        try write([
            "app/a.swift": "import b\nimport lib", "b.swift": "", "path/lib.swift": "",
            "app/note.txt": "",
        ])
        let result = try read("app", searchPath: ["path"])
        let own = FileSystem.fingerprint(of: "\(root)/app")
        #expect(result.fingerprint == own && result.dependencies.areUnchanged)
        try write([name: text])
        #expect(
            FileSystem.fingerprint(of: "\(root)/app") != own || !result.dependencies.areUnchanged)
    }

    @Test func modulesOfTheToolchainAreNeverFiles() throws {
        try write(["a.swift": "import Foundation\nimport ModSwift", "Foundation.swift": ""])
        #expect(try read("a.swift").module.imports.isEmpty)
    }

    @Test func aFileMayHaveTheNameOfAModuleItImports() throws {
        try write(["Crypto.swift": "import Crypto"])
        #expect(try read("Crypto.swift").module.imports.isEmpty)
    }

    @Test func aCircleIsToldWithEveryImportOfIt() throws {
        try write([
            "start.swift": "import a", "a.swift": "\nimport b", "b.swift": "import c",
            "c/c.swift": "// c\n  import a",
        ])
        #expect(
            try refusal(of: "start.swift") == """
                c/c.swift:2:10: error: modules import each other: a imports b imports c imports a
                a.swift:2:8: note: a imports b here
                b.swift:1:8: note: b imports c here

                """)
        try write(["x.swift": "import y", "y.swift": "import x"])
        #expect(
            try refusal(of: "y.swift").hasPrefix("x.swift:1:8: error: modules import each other"))
    }

    @Test func aChainWithoutEndIsRefused() throws {
        var files = ["m0.swift": "import m1"]
        for number in 1...200 { files["m\(number).swift"] = "import m\(number + 1)" }
        try write(files)
        #expect(try refusal(of: "m0.swift").contains("error: more than 100 modules"))
    }

    @Test func whatIsNoSourceIsNamed() throws {
        try write(["a.swift": "import b"])
        try Data([0x61, 0xFF]).write(to: URL(fileURLWithPath: "\(root)/b.swift"))
        do {
            _ = try read("a.swift")
            Issue.record("it was read")
        } catch ModuleReadError.notSwift(let path, let reason) {
            #expect(path == "\(root)/b.swift" && reason.contains("UTF-8"))
        }
        #expect(throws: ModuleReadError.self) { try read("none.swift") }
        try FileManager.default.createDirectory(
            atPath: "\(root)/empty", withIntermediateDirectories: true)
        #expect(throws: ModuleReadError.self) { try read("empty") }
    }

    @Test func aPinnedModuleIsTakenForTheOneThatIsThere() throws {
        try write(["a.swift": "import b", "b.swift": ""])
        let before = try read("b.swift").module
        try write(["b.swift": "// changed"])
        var pinned = reader(pinned: [before.path: before])
        #expect(try pinned.read("\(root)/a.swift").module.imports.first?.module === before)
        #expect(try read("a.swift").module.imports.first?.module.key != before.key)
    }

    @Test func oneReaderGivesTheSameStateToAll() throws {
        try write(["a.swift": "import c", "b.swift": "import c", "c.swift": ""])
        var reader = reader()
        let first = try reader.read("\(root)/a.swift")
        try write(["c.swift": "// changed"])
        let second = try reader.read("\(root)/b.swift")
        #expect(second.module.closure.first === first.module.closure.first)
        #expect(!second.dependencies.areUnchanged)
    }
}
