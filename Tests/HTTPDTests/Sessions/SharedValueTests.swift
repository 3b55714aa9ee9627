// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct SharedValueTests {
    @Test(arguments: [MPM.prefork, .event])
    func allChildrenUpdateOneValue(_ mpm: MPM) throws {
        try SessionSite.with(mpm: mpm, children: 4) { server throws in
            _ = try server.session("nosession")
            let requests = (0..<60).map { _ in
                BackgroundRequest { try server.session("shared") }
            }
            let counts = try requests.map { try Int($0.result().0.text) }
            #expect(Set(counts) == Set((1...60).map { $0 }))
        }
    }

    @Test func valuesExpire() throws {
        try SessionSite.with { server throws in
            #expect(try server.session("shared-set?v=a").text == "set")
            #expect(try server.session("shared-get").text == "a")
            usleep(4_100_000)
            #expect(try server.session("shared-get").text == "none")
            #expect(try [1, 2].map { _ in try server.session("rate").text } == ["1", "2"])
            usleep(4_100_000)
            #expect(try server.session("rate").text == "1")
        }
    }

    @Test func aStoreThatFailsIsAnErrorOfTheStores() throws {
        try SessionSite.with { server throws in
            #expect(try server.session("shared").text == "1")
            let file = try #require(server.sessionFiles().first)
            let folder = (file as NSString).deletingLastPathComponent
            #expect(chmod(folder, 0o500) == 0)
            #expect(try server.session("shared").status == 503)
            try server.expectLog(containing: "MSW0651")
            #expect(chmod(folder, 0o700) == 0)
            #expect(try server.session("shared").text == "2")
        }
    }

    @Test func aTimeThatIsNoNumberIsToldInASentence() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                try Apache.shared("a").set("x", to: 1, expiresIn: .nan)
                return "set"
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().status == 500)
            try server.expectLog(
                containing: "Fatal error: The expiry time of a shared value is not a number")
            for text in ["MSW0401", "MSW0403", "AH00484"] { server.allowLog(containing: text) }
        }
    }

    @Test func aLockByNameKeepsRequestsApart() throws {
        try SessionSite.with { server throws in
            _ = try server.session("nosession")
            let holder = BackgroundRequest { try server.session("exclusive?ms=4000") }
            try server.expectLog(containing: "at work for 4000 ms")
            let (late, milliseconds) = try BackgroundRequest {
                try server.session("exclusive?s=0.3")
            }.result()
            #expect(late.status == 503 && milliseconds < 3000)
            try server.expectLog(containing: "MSW0650")
            let second = BackgroundRequest { try server.session("exclusive") }
            #expect(try holder.result().0.text == "1")
            #expect(try second.result().0.text == "2")
        }
    }

    /// A cookie cannot name what is no session.
    @Test func sharedValuesAreNoSessions() throws {
        try SessionSite.with { server throws in
            _ = try server.session("shared")
            let file = try #require(server.sessionFiles().first)
            let key = file.split(separator: "/").last.map(String.init) ?? ""
            #expect(key.count == 33)
            for id in [key, String(key.dropFirst())] {
                #expect(try server.session("read", cookie: id).text == "none")
            }
            #expect(try server.session("shared").text == "2")
        }
    }
}
