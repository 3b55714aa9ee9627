// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PasswordTests {
    /// Returns hashes of "rosebud" as htpasswd and openssl write them.
    private static func hashes() throws -> [String] {
        let own = try ["-nbB", "-nbm", "-nbs", "-nbd"].map { option in
            let line = try Shell.run(["htpasswd", option, "user", "rosebud"])
            return String(
                try #require(
                    line.split(separator: "\n").first { $0.hasPrefix("user:") }?.dropFirst(5)))
        }
        let other = try ["-5", "-6"].map {
            try Shell.run(["openssl", "passwd", $0, "rosebud"]).split(separator: "\n")[0]
        }
        return own + other.map(String.init)
    }

    @Test func everyHashOfHtpasswdIsKnown() throws {
        let source = """
            let hashes = [\(try Self.hashes().map { "\"\($0)\"" }.joined(separator: ", "))]
            func handler(_ req: Request) -> String {
                let good = hashes.filter { Apache.validatePassword("rosebud", hash: $0) }.count
                let bad = hashes.flatMap { hash in
                    ["", "Rosebud", "rosebud ", "rosebud\\0x", hash].filter {
                        Apache.validatePassword($0, hash: hash)
                    }
                }
                let none = ["", "*", "*0", "x", "$2y$", "$apr1$", "rosebud\\0"].filter {
                    Apache.validatePassword("rosebud", hash: $0)
                }
                return "\\(good) \\(bad) \\(none)"
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().text == "6 [] []")
        }
    }

    /// A client must not be able to choose the time that a check takes.
    @Test func aPasswordOfMoreThan4096BytesMatchesNothing() throws {
        let source = """
            let hashes = ["$apr1$mod_swif$lCGBXDiAofVybDIhLk9CM.", "$apr1$mod_swif$A3PnBuOUw5aAzPVFICYFO0"]
            func handler(_ req: Request) -> String {
                let results = hashes.enumerated().map { index, hash in
                    Apache.validatePassword(String(repeating: "a", count: 4096 + index), hash: hash)
                }
                return "\\(results)"
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().text == "[true, false]")
        }
    }

    private struct WrongText: Error { let text: String }

    @Test func threadsCheckAtOnce() throws {
        let source = """
            let hash = "\(try Self.hashes()[0])"
            func handler(_ req: Request) -> String {
                "\\(Apache.validatePassword(req.args ?? "", hash: hash))"
            }
            """
        try SwiftSite.with(source, children: 1) { server throws in
            #expect(try server.app("rosebud").text == "true")
            for (password, text) in ["rosebud": "true", "wrong": "false"] {
                let report = server.hammer("/app/x.do?\(password)", requestsPerConnection: 20) {
                    guard $0.text == text else { throw WrongText(text: $0.text) }
                }
                #expect(report.answers == 8 * 20)
                #expect(report.errors.isEmpty)
            }
        }
    }
}
