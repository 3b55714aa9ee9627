// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModuleArtifact
import SystemCalls
import Testing

@testable import ModuleCache

@Suite struct GoodBuildTests {
    private func inputs(_ source: String, namespace: String = "n") -> BuildInputs {
        BuildInputs(
            sourcePath: "/srv/a.swift", sources: [.init(bytes: Array(source.utf8))],
            namespace: namespace, optimize: true, buildID: "ab12", compilerVersion: "6.3.1",
            libraryDirectory: "/lib")
    }

    @Test func theLastOneIsKnownForAnySource() throws {
        let scratch = try Scratch()
        #expect(scratch.cache.lastGoodBuild(of: inputs("one")) == nil)
        for text in ["one", "two", "one"] {
            let key = ModuleKey(inputs(text))
            scratch.cache.noteGoodBuild(key, of: inputs(text), by: 1)
            #expect(scratch.cache.lastGoodBuild(of: inputs("broken")) == key)
        }
        #expect(scratch.cache.lastGoodBuild(of: inputs("one", namespace: "other")) == nil)
        #expect(try FileSystem.names(in: scratch.cache.good).count == 1)
    }

    @Test func aRecordThatIsDamagedIsNone() throws {
        let scratch = try Scratch()
        scratch.cache.noteGoodBuild(ModuleKey(inputs("one")), of: inputs("one"), by: 1)
        let name = try #require(FileSystem.names(in: scratch.cache.good).first)
        for text in ["", "\n", "abc\n", String(repeating: "a", count: 99)] {
            try FileSystem.write(Array(text.utf8), to: "\(scratch.cache.good)/\(name)")
            #expect(scratch.cache.lastGoodBuild(of: inputs("one")) == nil)
        }
        scratch.cache.noteGoodBuild(ModuleKey(inputs("two")), of: inputs("two"), by: 1)
        #expect(scratch.cache.lastGoodBuild(of: inputs("one")) == ModuleKey(inputs("two")))
    }

    @Test func itIsForgottenWithItsModule() throws {
        let scratch = try Scratch()
        let present = try scratch.add("a")
        let key = try Stamp(of: FileSystem.read(present.path, limit: 1 << 20).bytes).key
        scratch.cache.noteGoodBuild(key, of: inputs("one"), by: 1)
        scratch.cache.noteGoodBuild(
            ModuleKey(inputs("gone")), of: inputs("gone", namespace: "other"), by: 1)
        try scratch.add("old", age: 50)
        try scratch.cache.prune(to: scratch.cache.size - 500)
        #expect(scratch.cache.lastGoodBuild(of: inputs("one")) == key)
        #expect(scratch.cache.lastGoodBuild(of: inputs("gone", namespace: "other")) == nil)
        try scratch.cache.removeAll()
        #expect(try FileSystem.names(in: scratch.cache.good) == [])
    }
}
