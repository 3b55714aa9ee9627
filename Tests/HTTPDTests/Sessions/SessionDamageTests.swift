// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// Records and files that differ from what the store wrote: the result is a new session or a clear
/// error, never another client's session, and nothing else is lost.
@Suite(.timeLimit(.minutes(10)))
struct SessionDamageTests {
    /// The file of a session, and another session that must still exist afterwards.
    private struct Site {
        let server: HTTPD
        let id: String
        let file: String
        let otherID: String

        init(_ server: HTTPD) throws {
            self.server = server
            otherID = try server.session("count").sessionIDs[0]
            id = try server.session("count").sessionIDs[0]
            file = "\(server.root)/state/sessions/\(id.suffix(2))/\(id)"
        }

        func bytes() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file)) }

        /// Written in place, so that owner and mode stay.
        func write(_ bytes: Data) throws {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: bytes)
            try handle.close()
        }

        func read() throws -> Response { try server.session("read", cookie: id) }

        func expectTheOther() throws {
            #expect(try server.session("read", cookie: otherID).text == "1")
        }
    }

    private static func with(_ body: (Site) throws -> Void) throws {
        try SessionSite.with(children: 1) { server throws in try body(Site(server)) }
    }

    /// A damaged record is deleted with a line in the log; the next request begins a new session.
    private static func expectNewSession(_ site: Site, _ what: String) throws {
        #expect(try site.read().text == "none", "\(what)")
        try site.server.expectLog(containing: "MSW0656")
        #expect(!FileManager.default.fileExists(atPath: site.file), "\(what)")
    }

    @Test func aRecordOfWhichAnyByteWasChangedIsNone() throws {
        try Self.with { site in
            let good = try site.bytes()
            // The checksum does not cover the expiry, which may be overwritten in place.
            for index in good.indices where !(8..<16).contains(index) {
                // The file exists again and belongs to the child's user.
                _ = try site.server.session("count", cookie: nil)
                var bad = good
                bad[index] ^= 0x20
                try Self.put(bad, site)
                try Self.expectNewSession(site, "byte \(index)")
            }
            try site.expectTheOther()
        }
    }

    /// Writes the record's file, which may not exist any more.
    private static func put(_ bytes: Data, _ site: Site) throws {
        let folder = (site.file as NSString).deletingLastPathComponent
        var owner = stat()
        try #require(stat(folder, &owner) == 0)
        try bytes.write(to: URL(fileURLWithPath: site.file))
        #expect(chown(site.file, owner.st_uid, owner.st_gid) == 0)
    }

    @Test func aRecordThatWasCutOrIsTooLongIsNone() throws {
        try Self.with { site in
            let good = try site.bytes()
            for size in 0..<good.count {
                try Self.put(good.prefix(size), site)
                try Self.expectNewSession(site, "\(size) bytes")
            }
            for more in [1, 5000, 3 << 20] {
                try Self.put(good + Data(repeating: 0x41, count: more), site)
                try Self.expectNewSession(site, "\(more) bytes more")
            }
            try site.expectTheOther()
        }
    }

    /// A file that the children cannot read is an error that names the file; it ends when the file
    /// is readable again.
    @Test func aFileOfTheWrongKindOrOwnerIsAClearError() throws {
        try Self.with { site in
            let good = try site.bytes()
            let manager = FileManager.default
            let wrongs: [(String, () throws -> Void)] = [
                (
                    "a directory",
                    {
                        try manager.createDirectory(
                            atPath: site.file, withIntermediateDirectories: false)
                    }
                ),
                (
                    "a symbolic link",
                    {
                        try manager.createSymbolicLink(
                            atPath: site.file, withDestinationPath: "/etc/passwd")
                    }
                ),
                (
                    "closed to the children",
                    {
                        try good.write(to: URL(fileURLWithPath: site.file))
                        #expect(chmod(site.file, 0) == 0)
                    }
                ),
            ]
            for (what, make) in wrongs {
                try manager.removeItem(atPath: site.file)
                try make()
                #expect(try site.read().status == 503, "\(what)")
                try site.server.expectLog(containing: "MSW0651")
                try site.expectTheOther()
            }
            try manager.removeItem(atPath: site.file)
            try Self.put(good, site)
            #expect(try site.read().text == "1")
        }
    }

    @Test func aLockFileThatIsALinkIsAClearError() throws {
        try SessionSite.with(children: 1) { server throws in
            let id = try server.session("count").sessionIDs[0]
            let locks = "\(server.root)/state/locks"
            try FileManager.default.moveItem(atPath: locks, toPath: "\(locks).old")
            try FileManager.default.createSymbolicLink(
                atPath: locks, withDestinationPath: "locks.old")
            #expect(try server.session("count", cookie: id).status == 503)
            try server.expectLog(containing: "MSW0651")
            #expect(try server.session("read", cookie: id).text == "1")
            try FileManager.default.removeItem(atPath: locks)
            try FileManager.default.moveItem(atPath: "\(locks).old", toPath: locks)
            #expect(try server.session("count", cookie: id).text == "2")
        }
    }

    // MARK: DBM

    /// The state that a process leaves if it is killed between two of gdbm's writes: a record and a
    /// bucket that refers to it, and a header that does not count them. To gdbm the file then has
    /// no entry at all.
    @Test func aDBMFileThatWasChangedByHalvesIsRepaired() throws {
        try SessionSite.with(.dbm) { server throws in
            let ids = try (0..<20).map { _ in try server.session("count").sessionIDs[0] }
            let path = "\(server.root)/logs/sessions.dbm"
            let size = 4096
            let header = try Data(contentsOf: URL(fileURLWithPath: path)).prefix(size)
            try #require(header.prefix(4) == Data([0xCF, 0x9A, 0x57, 0x13]), "it is no gdbm")
            let id = try server.session("big?bytes=20000").sessionIDs[0]
            try Self.overwrite(path, with: header)
            // Set, with nothing that was replaced.
            try Self.overwrite(
                "\(path).writing", with: Data([1] + [UInt8](repeating: 0, count: 15)))
            for other in ids { #expect(try server.session("count", cookie: other).text == "2") }
            try server.expectLog(containing: "MSW0785: the DBM file \(path) was repaired, with 21")
            #expect(try server.session("count", cookie: id).sessionIDs.isEmpty)
            #expect(!server.errorLog().contains("MSW0786"))
            // It is as complete as a new one.
            for number in 0..<200 {
                let new = try server.session("big?bytes=\(number * 50)").sessionIDs[0]
                #expect(try server.session("count", cookie: new).text == "1")
            }
            for other in ids { #expect(try server.session("count", cookie: other).text == "3") }
        }
    }

    private static func overwrite(_ path: String, with bytes: Data) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.write(contentsOf: bytes)
        try handle.close()
    }

    /// gdbm has its own error numbers, for which APR has no texts.
    @Test func aDBMFileThatCannotBeOpenedIsASentence() throws {
        try SessionSite.with(.dbm) { server throws in
            #expect(try server.session("count").status == 200)
            let path = "\(server.root)/logs/sessions.dbm"
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false)
            #expect(try server.session("count").status == 503)
            try server.expectLog(
                containing: "cannot open the DBM file \(path): open \(path): Is a dir")
            try FileManager.default.removeItem(atPath: path)
            #expect(try server.session("count").status == 200)
            try Self.overwrite(path, with: Data(repeating: 120, count: 5000))
            #expect(try server.session("count").status == 503)
            try server.expectLog(containing: "\(path): it is not a file of gdbm, or is damaged")
        }
    }

    /// A store that cannot write anywhere keeps its records.
    @Test func aDirectoryThatCannotBeWrittenLosesNothing() throws {
        try Self.with { site in
            let folder = (site.file as NSString).deletingLastPathComponent
            #expect(chmod(folder, 0o500) == 0)
            #expect(try site.server.session("count", cookie: site.id).status == 503)
            try site.server.expectLog(containing: "MSW0651")
            #expect(try site.read().text == "1")
            #expect(chmod(folder, 0o700) == 0)
            #expect(try site.server.session("count", cookie: site.id).text == "2")
        }
    }

    /// An administrator may remove the directory to end all sessions.
    @Test func aDirectoryOfSessionsThatWasRemovedIsMadeAgain() throws {
        try Self.with { site in
            try FileManager.default.removeItem(atPath: "\(site.server.root)/state/sessions")
            #expect(try site.read().text == "none")
            let new = try site.server.session("count", cookie: site.id)
            #expect(new.text == "1" && new.sessionIDs.count == 1)
            #expect(
                try site.server.session("count", cookie: new.sessionIDs.first).text == "2")
        }
    }

    @Test func aStateDirectoryThatWasRemovedIsMadeAgainOrASentenceSaysHow() throws {
        try Self.with { site in
            try FileManager.default.removeItem(atPath: "\(site.server.root)/state")
            for name in ["count", "shared"] {
                let response = try site.server.session(name)
                // If the server's user can write to the parent directory, the directory was created
                // again.
                if response.status == 200 { continue }
                #expect(response.status == 503)
                try site.server.expectLog(
                    containing: "MSW0651: SwiftHandler app: the session store failed: "
                        + "\(site.server.root)/state (SwiftStateDir) was removed")
            }
            try site.server.restart(graceful: true)
            #expect(
                eventually(within: .seconds(20)) {
                    (try? site.server.session("count").status) == 200
                })
        }
    }

    /// Ids that would lead out of the directory, or to other files in it.
    @Test(arguments: SessionBackend.allCases)
    func anIdNamesNothingButASession(_ backend: SessionBackend) throws {
        try SessionSite.with(backend) { server throws in
            _ = try server.session("shared")
            let id = try server.session("count").sessionIDs[0]
            let ids = [
                "../locks", "..", "/etc/passwd", "%2e%2e%2fcleaned", "cleaned", "\(id).new",
                "\(id)/",
                id.uppercased() + "g", "v\(id)", "lock:\(id)", "*", "' OR '1'='1", "\(id)' --",
                String(repeating: "0", count: 31) + "\u{FF10}", String(repeating: "f", count: 7000),
            ]
            for bad in ids {
                let response = try server.session("count", cookie: bad)
                #expect(response.status == 200 && response.text == "1", "\(bad)")
                #expect(response.sessionIDs.count == 1 && response.sessionIDs[0] != bad, "\(bad)")
            }
            #expect(try server.session("read", cookie: id).text == "1")
        }
    }
}
