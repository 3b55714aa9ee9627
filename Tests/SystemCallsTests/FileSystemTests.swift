// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing

@testable import SystemCalls

@Suite struct FileSystemTests {
    /// A private directory of the test, which is removed with the object.
    private final class Scratch {
        let path: String

        init() throws {
            var template = Array("/tmp/mod_swift-system.XXXXXX".utf8CString)
            let made = try #require(mkdtemp(&template))
            path = String(cString: made)
        }

        deinit { FileSystem.removeTree(path) }
    }

    @Test func pathsAreWrittenInOneWay() throws {
        for (path, normalized) in [
            "/": "/", "//": "/", "/a": "/a", "/a/": "/a", "/a//b/.": "/a/b", "/./a": "/a",
            "a//b": "a/b",
            "./a": "a", ".": ".", "": ".", "/no/such/../a": "/no/such/../a", "/.a/b..": "/.a/b..",
            "/usr/bin/../lib": FilePath.real("/usr/lib") ?? "",
        ] {
            #expect(FilePath.normalized(path) == normalized, "\(path)")
        }
    }

    @Test func aPrivateDirectoryIsOnesOwnAndClosed() throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/cache"
        #expect(try FileSystem.makeDirectory(path, mode: 0o700))
        #expect(try !FileSystem.makeDirectory(path, mode: 0o700))
        try FileSystem.checkPrivateDirectory(path, owner: geteuid())
        #expect(throws: PrivacyError.self) {
            try FileSystem.checkPrivateDirectory(path, owner: geteuid() + 1)
        }
        for mode: mode_t in [0o701, 0o710, 0o777] {
            chmod(path, mode)
            #expect(throws: PrivacyError.self) {
                try FileSystem.checkPrivateDirectory(path, owner: geteuid())
            }
        }
        chmod(path, 0o700)
        symlink(path, "\(scratch.path)/link")
        #expect(throws: PrivacyError.self) {
            try FileSystem.checkPrivateDirectory("\(scratch.path)/link", owner: geteuid())
        }
    }

    @Test func onlyRegularFilesWithinTheLimitAreRead() throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/file"
        try FileSystem.write([1, 2, 3], to: path)
        #expect(try FileSystem.read(path, limit: 3).bytes == [1, 2, 3])
        #expect(throws: SystemError.self) { try FileSystem.read(path, limit: 2) }
        #expect(throws: SystemError.self) { try FileSystem.read(scratch.path, limit: 10) }
        #expect(throws: SystemError.self) { try FileSystem.read("/dev/zero", limit: 10) }
        mkfifo("\(scratch.path)/pipe", 0o600)
        #expect(throws: SystemError.self) {
            try FileSystem.read("\(scratch.path)/pipe", limit: 10)
        }
    }

    @Test func aSecretIsOfOneUserAlone() throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/secret"
        #expect(try FileSystem.createSecret(path, [1, 2, 3]))
        #expect(try !FileSystem.createSecret(path, [4]))
        #expect(try FileSystem.readSecret(path, limit: 3) == [1, 2, 3])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["secret"])
        #expect(throws: SystemError.self) { try FileSystem.readSecret(path, limit: 2) }
        #expect(throws: SystemError.self) { try FileSystem.readSecret(scratch.path, limit: 9) }
        #expect(throws: SystemError.self) {
            try FileSystem.createSecret("\(scratch.path)/none/secret", [1])
        }
        symlink(path, "\(scratch.path)/link")
        #expect(try FileSystem.readSecret("\(scratch.path)/link", limit: 3) == [1, 2, 3])
        for mode: mode_t in [0o640, 0o604, 0o620, 0o666] {
            chmod(path, mode)
            #expect(throws: PrivacyError.self) { try FileSystem.readSecret(path, limit: 3) }
        }
        chmod(path, 0o400)
        #expect(try FileSystem.readSecret(path, limit: 3) == [1, 2, 3])
        // Only root can change a file's owner.
        guard chown(path, 12_345, 12_345) == 0 else { return }
        #expect(throws: PrivacyError.self) { try FileSystem.readSecret(path, limit: 3) }
    }

    @Test func aFingerprintChangesWithTheFile() throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/file"
        try FileSystem.write([1], to: path)
        let before = FileSystem.fingerprint(of: path)
        #expect(before != nil)
        #expect(FileSystem.fingerprint(of: path) == before)
        try FileSystem.write([2], to: "\(path).new")
        try FileSystem.rename("\(path).new", to: path)
        #expect(FileSystem.fingerprint(of: path) != before)
        FileSystem.remove(path)
        #expect(FileSystem.fingerprint(of: path) == nil)
    }

    /// All possible changes of a watched file; each is another state, and is detected by the next
    /// check.
    @Test func aWatchSeesEachChangeOfEachFile() throws {
        let scratch = try Scratch()
        let (first, second) = ("\(scratch.path)/first", "\(scratch.path)/second")
        let (missing, link) = ("\(scratch.path)/missing", "\(scratch.path)/link")
        try FileSystem.write([1, 2, 3], to: first)
        try FileSystem.write([1, 2, 3], to: second)
        try FileSystem.write([1], to: "\(scratch.path)/target")
        symlink("target", link)
        func look() -> FileWatch {
            FileWatch(
                [first, second, missing, link].map { ($0, FileSystem.fingerprint(of: $0)) })
        }
        let changes: [(String, () throws -> Void)] = [
            ("grown", { try FileSystem.write([1, 2, 3, 4], to: first) }),
            ("touched", { utimensat(AT_FDCWD, second, nil, 0) }),
            (
                "given its old time back",
                {
                    var info = stat()
                    stat(second, &info)
                    try FileSystem.write([3, 2, 1], to: second)
                    let times = [info.st_atim, info.st_mtim]
                    utimensat(AT_FDCWD, second, times, 0)
                }
            ),
            (
                "replaced by one of the same size",
                {
                    try FileSystem.write([1, 2, 3], to: "\(second).new")
                    try FileSystem.rename("\(second).new", to: second)
                }
            ),
            ("there now", { try FileSystem.write([1], to: missing) }),
            ("gone again", { FileSystem.remove(missing) }),
            ("gone", { FileSystem.remove(second) }),
            ("back", { try FileSystem.write([1, 2, 3], to: second) }),
            (
                "behind a link",
                { try FileSystem.write([2, 2], to: "\(scratch.path)/target") }
            ),
        ]
        for (what, change) in changes {
            let watch = look()
            // The clock for file times has a resolution of a few milliseconds.
            pause(milliseconds: 12)
            #expect(watch.areUnchanged, "before it was \(what)")
            try change()
            #expect(!watch.areUnchanged, "\(what)")
            #expect(look().areUnchanged, "after it was \(what)")
        }
        #expect(FileWatch([]).areUnchanged)
    }

    /// A file may have any time, however far away; a process that reads it must not end.
    @Test(arguments: [-100_000_000_000, -1, 0, 32_503_680_000])
    func aFileMayHaveAnyTime(seconds: Int) throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/file"
        try FileSystem.write([1], to: path)
        let time = timespec(tv_sec: seconds, tv_nsec: 5)
        #expect(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
        let fingerprint = try #require(FileSystem.fingerprint(of: path))
        #expect(FileWatch([(path, fingerprint)]).areUnchanged)
        #expect(utimensat(AT_FDCWD, path, nil, 0) == 0)
        #expect(FileSystem.fingerprint(of: path) != fingerprint)
        #expect(!FileWatch([(path, fingerprint)]).areUnchanged)
    }

    @Test func aLockIsHeldByOneAtATime() throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/lock"
        do {
            let first = try FileLock(path)
            let isTaken = first != nil
            #expect(isTaken)
            #expect(try !canLock(path))
            _ = consume first
        }
        #expect(try canLock(path))
    }

    @Test func aLockWhoseFileWasRemovedLocksNobodyOut() throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/lock"
        guard let first = try FileLock(path) else { throw SystemError("lock", path) }
        first.removeFile()
        #expect(FileSystem.fingerprint(of: path) == nil)
        #expect(try canLock(path))
        #expect(FileSystem.fingerprint(of: path) != nil)
    }

    /// The process that locks a file that is removed while others are about to open it must be the
    /// only holder.
    @Test func removingLocksNeverLetsTwoIn() async throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/lock"
        let counts = Counts()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<5000 {
                        guard let taken = try? FileLock(path) else { continue }
                        #expect(counts.inside.add(1, ordering: .relaxed).newValue == 1)
                        counts.entries.add(1, ordering: .relaxed)
                        counts.inside.subtract(1, ordering: .relaxed)
                        taken.removeFile()
                    }
                }
            }
        }
        #expect(counts.entries.load(ordering: .relaxed) > 0)
    }

    private final class Counts: Sendable {
        let inside = Atomic(0)
        let entries = Atomic(0)
    }

    @Test func namesAndSizesOfATreeAreFound() throws {
        let scratch = try Scratch()
        try FileSystem.makeDirectory("\(scratch.path)/a", mode: 0o700)
        try FileSystem.write([1, 2, 3], to: "\(scratch.path)/a/file")
        try FileSystem.write([1], to: "\(scratch.path)/b")
        symlink("/", "\(scratch.path)/c")
        #expect(try FileSystem.names(in: scratch.path) == ["a", "b", "c"])
        #expect(FileSystem.size(ofTree: scratch.path) == 4)
        #expect(try FileSystem.info(of: "\(scratch.path)/c").kind == .symbolicLink)
        #expect(throws: SystemError.self) { try FileSystem.names(in: "\(scratch.path)/d") }
    }

    private func canLock(_ path: String) throws -> Bool { try FileLock(path) != nil }

    @Test func aTreeIsRemovedWithoutFollowingLinks() throws {
        let scratch = try Scratch()
        try FileSystem.makeDirectory("\(scratch.path)/kept", mode: 0o700)
        try FileSystem.write([1], to: "\(scratch.path)/kept/file")
        try FileSystem.makeDirectory("\(scratch.path)/gone", mode: 0o700)
        symlink("\(scratch.path)/kept", "\(scratch.path)/gone/link")
        FileSystem.removeTree("\(scratch.path)/gone")
        #expect(FileSystem.fingerprint(of: "\(scratch.path)/gone") == nil)
        #expect(FileSystem.isRegularFile("\(scratch.path)/kept/file"))
    }

    @Test(arguments: [
        ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("/a/b/", "/a/b", ""),
    ])
    func pathsComeApart(path: String, parent: String, name: String) {
        #expect(FilePath.parent(of: path) == parent)
        #expect(FilePath.name(of: path) == name)
    }
}
