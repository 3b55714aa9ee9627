// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// What servers of one test run have in common.
@Suite(.timeLimit(.minutes(10)))
struct SharedCacheTests {
    @Test(
        .enabled("scripts/test names a directory") {
            ProcessInfo.processInfo.environment["MOD_SWIFT_TEST_CACHE"] != nil
        })
    func serversShareACacheAndNothingElse() throws {
        let source = "func handler(_ req: Request) -> String { \"shared\" }"
        try SwiftSite.with(source) { first throws in
            try SwiftSite.with(source) { second throws in
                #expect(first.cache == second.cache)
                #expect(first.root != second.root)
                #expect(try first.app().text == "shared")
                #expect(try second.app().text == "shared")
                // A module belongs to the path of its source.
                #expect(first.builds <= 1 && second.builds <= 1)
                let modules = "\(first.cache)/modules"
                #expect(
                    try eventually {
                        try FileTree.names(in: modules).count { $0.hasPrefix("warm-") } == 1
                    })
            }
        }
    }

    @Test(.coldCache) func aServerHasACacheOfItsOwnWhereBuildsAreTheSubject() throws {
        try SwiftSite.with("func handler(_ req: Request) -> String { \"own\" }") { server throws in
            #expect(server.cache == "\(server.root)/cache")
            #expect(try server.app().text == "own")
            #expect(server.builds == 1)
        }
    }

    @Test func aDirectoryThatIsFreeAgainIsTakenAgain() throws {
        let roots = try (1...20).map { _ in
            let server = try HTTPD()
            defer { server.close() }
            return server.root
        }
        // Other tests have theirs meanwhile.
        #expect(Set(roots).count < 20)
    }
}
