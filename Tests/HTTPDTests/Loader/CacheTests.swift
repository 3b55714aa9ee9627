// SPDX-License-Identifier: Apache-2.0
//
// The cache of compiled modules: its bound, a disk that is full, and the command line that cleans and
// checks it while a server runs.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)), .coldCache)
struct CacheTests {
    /// A server with handlers /a, /b, /c, /d in directories of their own, in one child, so that what
    /// was loaded is known.
    private func with<Result>(
        _ global: String, launcher: [String] = [], _ body: (HTTPD) throws -> Result
    ) throws -> Result {
        let sections = Self.names.map { name in
            """
            <Directory "${HTDOCS}/\(name)">
                AddHandler mod_swift .do
                SwiftHandler \(name)
            </Directory>
            """
        }
        var configuration = try HTTPDConfiguration.modSwift(
            text: ([global] + sections).joined(separator: "\n"))
        configuration.children = 1
        configuration.launcher = launcher
        return try HTTPD.with(configuration) { server throws in
            for name in Self.names { try server.write("\(name)/\(name).swift", source(name)) }
            return try body(server)
        }
    }

    private static let names = ["a", "b", "c", "d"]

    private func source(_ text: String) -> String {
        "import ModSwift\nfunc handler(_ req: Request) -> String { \"\(text)\" }\n"
    }

    // MARK: The bound

    @Test func whatWasNotUsedForLongestGoesAndIsServedOn() throws {
        try with("SwiftCacheSize 1K") { server throws in
            server.allowLog(containing: "MSW0115")
            #expect(server.isWarm())
            for name in ["a", "b", "c"] {
                #expect(try server.answer(name) == name)
                #expect(try server.modules == [name])
            }
            #expect(try FileTree.names(in: "\(server.cache)/locks").count == 1)
            #expect(server.errorLog().contains("MSW0116"))
            // The process has them, with their names or without.
            for name in ["a", "b", "c"] { #expect(try server.answer(name) == name) }
            #expect(server.builds == 3)
            try server.restart(graceful: false)
            #expect(try server.answer("c") == "c")
            #expect(server.builds == 3)
            #expect(try server.answer("a") == "a")
            #expect(server.builds == 4)
        }
    }

    @Test func loadingFromTheCacheCountsAsUse() throws {
        try with("SwiftCacheSize 0") { server throws in
            #expect(server.isWarm())
            for name in ["a", "b", "c"] { #expect(try server.answer(name) == name) }
            #expect(try server.modules == ["a", "b", "c", "warm"])
            try server.stop()
            let size = try server.cacheSize
            server.configuration.text = server.configuration.text.replacing(
                "SwiftCacheSize 0", with: "SwiftCacheSize \(size + 2000)")
            try server.start()
            #expect(try server.answer("a") == "a")
            #expect(try server.answer("d") == "d")
            let modules = try server.modules
            #expect(modules.contains("a") && modules.contains("d"), "\(modules)")
            #expect(!modules.contains("b"), "\(modules)")
            #expect(try server.cacheSize <= size + 2000)
            #expect(server.builds == 4)
        }
    }

    @Test func whatKilledBuildsLeftGoesWithTheNextBuild() throws {
        try with("") { server throws in
            #expect(try server.answer("a") == "a")
            let left = "\(server.cache)/work/\(String(repeating: "a", count: 24))"
            try Shell.run(["mkdir", left])
            try Shell.run(["touch", "\(left)/source.swift"])
            try Shell.run(["chown", "-R", "--reference=\(server.cache)", left])
            try Shell.run(["touch", "-d", "2 hours ago", left])
            #expect(try server.answer("b") == "b")
            #expect(!FileManager.default.fileExists(atPath: left))
        }
    }

    // MARK: A full disk

    /// With some space left the build begins and fails on its way.
    @Test(
        .enabled("a file system of one's own takes root, unshare and mount") {
            FullDisk.isPossible
        }, arguments: [0, 16, 40])
    func aFullDiskIsToldAndIsOverWhenThereIsSpaceAgain(kilobytesLeft: Int) throws {
        try withTemporaryDirectory { place in
            let global = "SwiftCacheDir \"\(place)/disk/cache\""
            try Shell.run(["mkdir", "\(place)/disk"])
            let launcher = FullDisk.launcher("\(place)/disk")
            try with(global, launcher: launcher) { server throws in
                let disk = try FullDisk(of: server, at: "\(place)/disk")
                #expect(eventually { disk.modules == 1 })
                #expect(try server.answer("a") == "a")
                try disk.fill(leaving: kilobytesLeft)
                #expect(try server.get("/b/x.do").status == 500)
                try server.expectLog(containing: "MSW0117: SwiftHandler b")
                #expect(try server.answer("a") == "a")
                #expect(disk.modules == 2)
                #expect(disk.work == [])
                disk.empty()
                #expect(
                    try eventually {
                        try server.get("/b/x.do").text == "b"
                    })
                server.allowLog(containing: "MSW0117")
            }
        }
    }

    // MARK: The command line

    @Test func aCacheInUseIsCheckedAndCleaned() throws {
        try with("") { server throws in
            #expect(server.isWarm())
            for name in ["a", "b"] { #expect(try server.answer(name) == name) }
            let checked = try CommandLineTool.run("check", "--cache", server.cache)
            #expect(checked.status == "exit status 0", "\(checked.output)")
            #expect(checked.output.contains("3 modules"))
            #expect(checked.output.contains("Nothing is wrong."))
            let tried = try CommandLineTool.run("clean", "--cache", server.cache, "--dry-run")
            #expect(tried.output.contains("Would remove 3 modules"), "\(tried.output)")
            #expect(try server.modules == ["a", "b", "warm"])
            let cleaned = try CommandLineTool.run("clean", "--cache", "\(server.cache)/")
            #expect(cleaned.status == "exit status 0", "\(cleaned.output)")
            #expect(cleaned.output.contains("Removed 3 modules and the compiler's own cache"))
            #expect(try server.modules == [])
            #expect(try server.answer("a") == "a")
            #expect(try server.answer("c") == "c")
            #expect(server.builds == 3)
        }
    }

    @Test func damageIsFoundAndNamed() throws {
        try with("") { server throws in
            #expect(server.isWarm())
            #expect(try server.answer("a") == "a")
            let path = try server.artifact
            try Shell.run(["truncate", "-s", "-20", path])
            try Shell.run(["chmod", "755", "\(server.cache)/locks"])
            let checked = try CommandLineTool.run("check", "--cache", server.cache)
            #expect(checked.status == "exit status 1")
            for text in ["Wrong: \(path) is", "Wrong: \(server.cache)/locks is open", "2 things"] {
                #expect(checked.output.contains(text), "\(checked.output)")
            }
        }
    }

    @Test func whatIsNoCacheIsNotCleaned() throws {
        try withTemporaryDirectory { place in
            try Shell.run([
                "mkdir", "-p", "\(place)/x/modules", "\(place)/y/modules", "\(place)/y/locks",
            ])
            try Shell.run(["ln", "-s", "\(place)/y", "\(place)/link"])
            for (name, sentence) in [
                ("x", "is not a cache"), ("link", "symbolic link"), ("z", "There is no cache"),
            ] {
                let cleaned = try CommandLineTool.run("clean", "--cache", "\(place)/\(name)")
                #expect(cleaned.status == "exit status 1")
                #expect(cleaned.output.contains(sentence), "\(cleaned.output)")
            }
            #expect(try FileTree.names(in: place) == ["link", "x", "y"])
        }
    }

    @Test(arguments: [
        ["clean", "--all", "--to-size", "1M"], ["clean", "--to-size", "much"],
        ["clean", "--older-than", "-3"], ["clean", "--everything"], ["wash"],
    ])
    func aWrongCommandEndsWith64(arguments: [String]) throws {
        let words = arguments + (arguments[0] == "clean" ? ["--cache", "/nowhere"] : [])
        let result = try CommandLineTool.run(words)
        #expect(result.status == "exit status 64", "\(result.output)")
    }

    @Test(arguments: [
        ["--help"], ["clean", "--help"], ["check", "--help"], ["version", "--help"],
    ])
    func helpHasExamples(arguments: [String]) throws {
        let result = try CommandLineTool.run(arguments)
        #expect(result.status == "exit status 0")
        #expect(result.output.contains("EXAMPLE"))
        #expect(!result.output.contains("\u{1B}"))
    }
}

extension HTTPD {
    /// What /name/x.do answers.
    fileprivate func answer(_ name: String) throws -> String {
        try get("/\(name)/x.do").text
    }

    /// Whether the build that each server begins with is done.
    fileprivate func isWarm() -> Bool {
        eventually { (try? modules.contains("warm")) == true }
    }

    /// The names of the modules in the cache.
    fileprivate var modules: [String] {
        get throws {
            try FileTree.names(in: "\(cache)/modules").map { String($0.prefix { $0 != "-" }) }
        }
    }

    fileprivate var cacheSize: Int {
        get throws {
            let files = try FileTree.files(below: cache)
            return try files.reduce(0) { size, file in
                let path = "\(cache)/\(file)"
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                return size + (attributes[.size] as? Int ?? 0)
            }
        }
    }
}

/// A small file system for a cache, which only the server sees mounted.
private struct FullDisk {
    private let root: String

    static var isPossible: Bool {
        guard geteuid() == 0 else { return false }
        return (try? Shell.run(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]))
            != nil
    }

    static func launcher(_ directory: String) -> [String] {
        let script = "mount -t tmpfs -o size=4m,mode=755 tmpfs \"$0\" && exec \"$@\""
        return ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, directory]
    }

    init(of server: HTTPD, at path: String) throws {
        root = "/proc/\(try #require(server.pid))/root\(path)"
    }

    func fill(leaving kilobytes: Int) throws {
        // Fails when there is no space left, which is what it is for.
        _ = try? Shell.run(["dd", "if=/dev/zero", "of=\(root)/ballast", "bs=4096"])
        try #require(FileManager.default.fileExists(atPath: "\(root)/ballast"))
        try Shell.run(["truncate", "-s", "-\(kilobytes)K", "\(root)/ballast"])
    }

    func empty() { try? FileManager.default.removeItem(atPath: "\(root)/ballast") }

    var modules: Int {
        ((try? FileTree.names(in: "\(root)/cache/modules")) ?? []).count { $0.hasSuffix(".so") }
    }

    var work: [String]? { try? FileTree.names(in: "\(root)/cache/work") }
}
