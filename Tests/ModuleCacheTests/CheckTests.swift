// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemCalls
import Testing

@testable import ModuleCache

@Suite struct CheckTests {
    @Test func aCacheInOrderHasNoFindings() throws {
        let scratch = try Scratch()
        for name in ["a", "b"] { try scratch.add(name) }
        try FileSystem.write([1], to: scratch.cache.warmSource)
        let report = try scratch.cache.check(owner: geteuid())
        #expect(report.findings == [])
        #expect(report.modules == 2)
        #expect(report.builds == ["ab12": 2])
        #expect(report.totalBytes == report.moduleBytes + 1)
    }

    @Test(arguments: [
        ("mode", "open to other users"), ("link", "is a symbolic link"), ("cut", "cut short"),
        ("changed", "damaged"), ("renamed", "under another name"), ("text", "cut short"),
        ("part", "open to other users"), ("stranger", "nothing of mod_swift's"),
    ])
    func whatIsWrongIsSaid(flaw: String, sentence: String) throws {
        let scratch = try Scratch()
        let path = try scratch.add("a").path
        let bytes = try FileSystem.read(path, limit: 1 << 20).bytes
        switch flaw {
        case "mode": chmod(path, 0o622)
        case "link":
            try FileSystem.rename(path, to: "\(scratch.root)/moved")
            symlink("\(scratch.root)/moved", path)
        case "cut": try FileSystem.write(Array(bytes.dropLast(40)), to: path)
        case "changed": try FileSystem.write([8] + bytes.dropFirst(), to: path)
        case "renamed": try FileSystem.rename(path, to: path.replacing("/a-", with: "/b-"))
        case "text": try FileSystem.write([1], to: "\(scratch.cache.modules)/notes.txt")
        case "part": chmod(scratch.cache.locks, 0o755)
        default: try FileSystem.write([1], to: "\(scratch.cache.path)/notes.txt")
        }
        let findings = try scratch.cache.check(owner: geteuid()).findings
        #expect(findings.count == 1)
        #expect(findings.first?.problem.contains(sentence) == true, "\(findings)")
        #expect(findings.first?.problem.contains("/") == true)
    }

    @Test func whatBelongsToOthersIsSaid() throws {
        let scratch = try Scratch()
        try scratch.add("a")
        // The cache, its five parts, the module.
        #expect(try scratch.cache.check(owner: geteuid() + 1).findings.count == 7)
    }

    @Test func onlyACacheIsTakenForOne() throws {
        let scratch = try Scratch()
        #expect(try scratch.cache.checkIdentity().owner == geteuid())
        let link = "\(scratch.root)/link"
        symlink(scratch.cache.path, link)
        for path in [link, scratch.root, "\(scratch.root)/missing"] {
            #expect(throws: NotACache.self) { try CacheDirectory(path).checkIdentity() }
        }
        FileSystem.removeTree(scratch.cache.locks)
        symlink(scratch.cache.modules, scratch.cache.locks)
        #expect(throws: NotACache.self) { try scratch.cache.checkIdentity() }
    }

    @Test(arguments: [
        ("0", 0), ("1000", 1000), ("2k", 2048), ("2K", 2048), ("256M", 256 << 20),
        ("3g", 3 << 30), ("", nil), ("M", nil), ("-1", nil), ("1T", nil), ("1.5M", nil),
        ("99999999999G", nil), ("9999999999999999999", nil), ("1 M", nil),
    ])
    func sizesAreRead(text: String, bytes: Int?) {
        #expect(CacheSize(text)?.bytes == bytes)
    }

    @Test(arguments: [
        (0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1 KB"), (1536, "1.5 KB"),
        (20_480, "20 KB"), (256 << 20, "256 MB"), (5 << 40, "5120 GB"),
    ])
    func sizesAreWritten(bytes: Int, text: String) {
        #expect(CacheSize(bytes).text == text)
    }
}
