// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// What the cases do not say of sessions.
@Suite(.timeLimit(.minutes(10)))
struct SessionTests {
    @Test(.bug(id: "N4-30")) func aRequestNeverWaitsForItself() throws {
        try SessionSite.with { server throws in
            let id = try server.session("count").sessionIDs[0]
            #expect(try server.session("twice", cookie: id).text == "true 2")
            // What is redirected to has the session, and the change that was not saved.
            #expect(try server.session("redirect-count", cookie: id).text == "3")
            #expect(try server.session("read", cookie: id).text == "3")
        }
    }

    @Test(.bug(id: "N4-32")) func anIdThatIsNoneIsANewSession() throws {
        try SessionSite.with { server throws in
            let response = try server.session("count", cookie: "no-id")
            #expect(response.status == 200 && response.sessionIDs.count == 1)
        }
    }

    @Test(.bug(id: "N4-33")) func readingExtendsTheSessionsLife() throws {
        try SessionSite.with(directives: "SwiftOption mod_swift.session.timeout 4") {
            server throws in
            let id = try server.session("count").sessionIDs[0]
            for _ in 0..<3 {
                usleep(2_200_000)
                #expect(try server.session("read", cookie: id).text == "1")
            }
            usleep(4_400_000)
            #expect(try server.session("read", cookie: id).text == "none")
        }
    }

    @Test(.bug(id: "N4-36")) func filesAreClosedToOthersAndReplacedInOneStep() throws {
        try SessionSite.with { server throws in
            let id = try server.session("count").sessionIDs[0]
            for count in 2...5 {
                #expect(try server.session("count", cookie: id).text == "\(count)")
            }
            let file = try #require(server.sessionFiles().first)
            #expect(server.sessionFiles().count == 1 && file.hasSuffix(id))
            #expect(try mode(file) == 0o600)
            for folder in ["", "/sessions", "/sessions/\(id.suffix(2))"] {
                #expect(try mode("\(server.root)/state\(folder)") == 0o700)
            }
            // Truncated, at every length; and an unknown one, of which nothing is said.
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            try bytes.prefix(50).write(to: URL(fileURLWithPath: file))
            #expect(try server.session("read", cookie: id).text == "none")
            try server.expectLog(containing: "MSW0656")
            #expect(server.sessionFiles().isEmpty)
            #expect(try server.session("read", cookie: id).text == "none")
        }
    }

    @Test(.bug(id: "N4-35")) func aPageUsesTheHandlersSessionAndFormAndLeavesTheLock() throws {
        try SessionSite.with { server throws in
            let id = try server.session("count").sessionIDs[0]
            #expect(try server.session("page?a=1&b=2", cookie: id).text == "2 2 true 2")
            #expect(try server.session("read", cookie: id).text == "2")
        }
    }

    /// As many as are asked for, and no two of them are one.
    @Test(.bug(id: "N2-03")) func thereAreLocksForAllSessions() throws {
        try SessionSite.with { server throws in
            #expect(try server.session("locks?n=300").text == "300")
        }
    }

    @Test(.bug(id: "N4-37"), arguments: [SessionBackend.file, .dbm])
    func lockFilesAreWhereTheConfigurationSaysAndDoNotStay(_ backend: SessionBackend) throws {
        let global = "Mutex file:${ROOT}/run swift-sessions"
        try SessionSite.with(backend, global: global) { server throws in
            _ = try server.session("count")
            let state = "\(server.root)/state"
            func names(_ folder: String) throws -> [String] {
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            }
            #expect(try names(state) == (backend == .file ? ["locks", "sessions"] : ["locks"]))
            #expect(try mode("\(state)/locks") == 0o600)
            // APR takes the name of the mutex's file away as soon as it has opened it.
            let files = try Shell.run(["ls", "-l", "/proc/\(try #require(server.pid))/fd"])
            #expect(files.contains("\(server.root)/run/swift-sessions") == (backend == .dbm))
            try server.stop()
            for folder in ["run", "state"] {
                let left = try names("\(server.root)/\(folder)")
                #expect(!left.contains { $0.contains("swift-sessions") }, "\(left)")
            }
            try server.start()
        }
    }

    @Test(.bug(id: "N4-38")) func theDBMFileIsClosedToOthers() throws {
        try SessionSite.with(.dbm) { server throws in
            _ = try server.session("count")
            #expect(try mode("\(server.logs)/sessions.dbm") == 0o600)
        }
    }

    @Test(arguments: [SessionBackend.file, .dbm])
    func sessionsSurviveRestarts(_ backend: SessionBackend) throws {
        try SessionSite.with(backend) { server throws in
            let id = try server.session("count").sessionIDs[0]
            try server.restart(graceful: true)
            #expect(try server.session("count", cookie: id).text == "2")
            try server.restart(graceful: false)
            #expect(try server.session("count", cookie: id).text == "3")
            try server.stop()
            try server.start()
            #expect(try server.session("count", cookie: id).text == "4")
        }
    }

    @Test func aDirectoryThatIsOpenToOthersIsAClearError() throws {
        try SessionSite.with { server throws in
            let folder = "\(server.root)/state"
            #expect(chmod(folder, 0o755) == 0)
            #expect(try server.session("count").status == 503)
            try server.expectLog(containing: "MSW0651")
            #expect(try server.session("nosession").text == "ok")
            #expect(chmod(folder, 0o700) == 0)
            #expect(try server.session("count").text == "1")
        }
    }

    @Test func expiredRecordsAreRemoved() throws {
        try SessionSite.with(children: 1) { server throws in
            let kept = try server.session("count").sessionIDs[0]
            let root = "\(server.root)/state/sessions"
            var owner = stat()
            #expect(stat(root, &owner) == 0)
            // A record that has expired, one that is none, and a draft of long ago.
            let part = "\(root)/5a"
            try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: true)
            let live = try Data(
                contentsOf: URL(fileURLWithPath: "\(root)/\(kept.suffix(2))/\(kept)"))
            var expired = live
            expired.replaceSubrange(8..<16, with: Data(repeating: 0, count: 8))
            let names = ["1", "2", "3"].map { String(repeating: $0, count: 30) + "5a" }
            for (name, bytes) in zip(names, [expired, Data("none".utf8), live]) {
                try bytes.write(to: URL(fileURLWithPath: "\(part)/\(name)"))
            }
            let mark = "\(root)/cleaned"
            try Data("90 0                           \n".utf8).write(to: URL(fileURLWithPath: mark))
            for path in [mark, part] + names.map({ "\(part)/\($0)" }) {
                #expect(chown(path, owner.st_uid, owner.st_gid) == 0)
            }
            // The child has looked through a directory at its first save; it does again ten seconds later.
            let left = { try FileManager.default.contentsOfDirectory(atPath: part) }
            let isClean = try eventually {
                _ = try server.session("count", cookie: kept)
                usleep(500_000)
                return try left() == [names[2]]
            }
            #expect(isClean)
        }
    }

    /// A part at a time, at the end of a request that has saved.
    @Test(.bug(id: "N4-38"), arguments: [SessionBackend.memory, .dbm, .dbd])
    func expiredRecordsLeaveEveryStore(_ backend: SessionBackend) throws {
        try SessionSite.with(backend, children: 1) { server throws in
            let brief = try server.session("brief").sessionIDs[0]
            let kept = try server.session("count").sessionIDs[0]
            #expect(try server.session("stored?id=\(brief)").text == "true")
            let isGone = try eventually {
                _ = try server.session("count", cookie: kept)
                usleep(500_000)
                return try server.session("stored?id=\(brief)").text == "false"
            }
            #expect(isGone)
            #expect(try server.session("stored?id=\(kept)").text == "true")
        }
    }

    @Test func aSessionKnowsItsTimesAndNames() throws {
        try SessionSite.with { server throws in
            let id = try server.session("set?k=a&v=1").sessionIDs[0]
            func about(_ cookie: String?) throws -> [Substring] {
                try server.session("about", cookie: cookie).text.split(separator: " ")
            }
            let new = try about(nil)
            #expect(new[0] == "true" && new[1] == new[2] && new[3] == "1800" && new[4] == "false")
            let first = try about(id)
            usleep(300_000)
            let second = try about(id)
            #expect(first[0] == "false" && first[1] == second[1])
            let (created, used) = (try #require(Double(second[1])), try #require(Double(second[2])))
            #expect(used - created >= 0.3 && abs(used - Date().timeIntervalSince1970) < 60)
            _ = try server.session("set?k=b&v=2", cookie: id)
            #expect(try server.session("empty", cookie: id).text == "a,b")
            #expect(try server.session("get?k=a", cookie: id).text == "none")
            #expect(try about(id)[0] == "false")
        }
    }

    /// Unlike `invalidate`, which has the browser forget the cookie.
    @Test func deleteLeavesTheCookie() throws {
        try SessionSite.with { server throws in
            let id = try server.session("count").sessionIDs[0]
            let response = try server.session("delete", cookie: id)
            #expect(response.text == "true 0" && response.headers["Set-Cookie"] == nil)
            #expect(try server.session("read", cookie: id).text == "none")
        }
    }

    /// A browser sends the cookies of several paths, and others may have put their own in front.
    @Test func theFirstIdThatIsKnownCounts() throws {
        try SessionSite.with { server throws in
            let id = try server.session("count").sessionIDs[0]
            let unknown = String(repeating: "5a", count: 16)
            for others in [["x"], [unknown], ["x", unknown, ""]] {
                let cookies = (others + [id]).map { "mod_swift_session=\($0)" }
                let response = try server.get(
                    "/app/read.do", headers: ["Cookie": cookies.joined(separator: "; ")])
                #expect(response.text == "1", "\(others)")
            }
        }
    }

    @Test func anUnsupportedValueEndsTheRequest() throws {
        try SessionSite.with { server throws in
            #expect(try server.session("unsupported").status == 500)
            try server.expectLog(containing: "a State1 cannot be kept as it is")
        }
    }

    @Test func aTokenOfAnUnsavedSessionIsNoticed() throws {
        try SessionSite.with { server throws in
            #expect(try server.session("forgotten").status == 200)
            try server.expectLog(containing: "MSW0657")
        }
    }

    @Test func aPersistentCookieLastsAsLongAsTheSession() throws {
        try SessionSite.with { server throws in
            let response = try server.session("remember?days=30")
            let cookies = response.headers.values(for: "Set-Cookie")
            #expect(cookies.count == 1 && cookies[0].contains("Max-Age=2592000"))
        }
    }

    @Test func largeSessionsAreKeptUpToAMebibyte() throws {
        try SessionSite.with { server throws in
            let response = try server.session("big?bytes=1000000")
            #expect(response.text == "1000000")
            let id = response.sessionIDs[0]
            #expect(try server.session("get?k=big", cookie: id).body.count == 1_000_000)
            #expect(try server.session("big?bytes=1100000", cookie: id).status == 500)
            try server.expectLog(containing: "MSW0655")
            #expect(try server.session("get?k=big", cookie: id).body.count == 1_000_000)
        }
    }

    @Test func optionsOfTheCookieAreRead() throws {
        let options = """
            SwiftOption mod_swift.session.cookie_name __Host-id
            SwiftOption mod_swift.session.cookie_secure On
            SwiftOption mod_swift.session.cookie_samesite Strict
            """
        let others = """
            SwiftOption mod_swift.session.cookie_path /app
            SwiftOption mod_swift.session.cookie_domain example.org
            SwiftOption mod_swift.session.cookie_samesite None
            SwiftOption mod_swift.session.cookie_secure On
            SwiftOption mod_swift.session.timeout 60
            """
        try SessionSite.with(directives: others) { server throws in
            let field = try #require(try server.session("count").headers["Set-Cookie"])
            for part in ["Path=/app;", "Domain=example.org", "SameSite=None"] {
                #expect(field.contains(part), "\(field)")
            }
            #expect(try server.session("about").text.contains(" 60 "))
        }
        try SessionSite.with(directives: options) { server throws in
            let field = try #require(try server.session("count").headers["Set-Cookie"])
            #expect(field.hasPrefix("__Host-id="))
            for part in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
                #expect(field.contains(part))
            }
        }
        for (option, value) in [
            ("timeout", "soon"), ("lock_timeout", "-1"), ("cookie_secure", "maybe"),
            ("cookie_samesite", "Loose"),
        ] {
            let wrong = "SwiftOption mod_swift.session.\(option) \(value)"
            try SessionSite.with(directives: wrong) { server throws in
                #expect(try server.session("count").status == 500)
                try server.expectLog(containing: "mod_swift.session.\(option) is \"\(value)\"")
            }
        }
    }

    private func mode(_ path: String) throws -> mode_t {
        var info = stat()
        try #require(stat(path, &info) == 0, "\(path)")
        return info.st_mode & 0o777
    }
}
