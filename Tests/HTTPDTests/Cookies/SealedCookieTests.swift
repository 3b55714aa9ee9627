// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// Signed, marshalled and encrypted cookies. The query says what a handler does: `do=sign&name=…&value=…`.
@Suite(.timeLimit(.minutes(10)))
struct SealedCookieTests {
    private static let source = """
        struct State: Codable, Equatable { var n: Int; var names: [String] }
        struct LaterState: Codable { var n: Int; var note: String? }
        struct OtherState: Codable { var n: String }

        func parameters(_ req: Request) -> [Substring: String] {
            var found: [Substring: String] = [:]
            for pair in (req.args ?? "").split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                found[parts[0]] = String(parts[1]).percentDecoded
            }
            return found
        }
        extension String {
            var percentDecoded: String {
                var bytes: [UInt8] = [], rest = Array(utf8)[...]
                while let byte = rest.popFirst() {
                    guard byte == 37 else { bytes.append(byte); continue }
                    bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)!)
                    rest = rest.dropFirst(2)
                }
                return String(decoding: bytes, as: UTF8.self)
            }
        }
        func keys(_ text: String?) -> SecretKeys? {
            guard let parts = text?.split(separator: ",").map(String.init) else { return nil }
            return parts.count == 1 ? SecretKeys(parts[0]) : SecretKeys(parts[0], parts[1])
        }

        func handler(_ req: Request) throws -> String {
            let p = parameters(req), name = p["name"] ?? "c", value = p["value"] ?? ""
            let keys = keys(p["keys"])
            let maxAge = p["age"].flatMap { Int($0) }
            switch p["do"] {
            case "sign": try req.addSignedCookie(SignedCookie(name, value, maxAge: maxAge), keys: keys)
            case "expires":
                try req.addSignedCookie(SignedCookie(name, value, expires: Double(value)), keys: keys)
            case "verify":
                guard let cookie = req.signedCookie(name, keys: keys) else { return "none" }
                return "good \\(cookie.name)=\\(cookie.value) \\(cookie.hasCurrentKey ? "current" : "previous")"
            case "marshal":
                let state = State(n: Int(value) ?? 0, names: ["a;b", "é"])
                try req.addMarshalCookie(MarshalCookie(name, state, path: "/", maxAge: maxAge), keys: keys)
            case "unmarshal":
                guard let cookie = req.marshalCookie(name, as: State.self, keys: keys) else { return "none" }
                return "good \\(cookie.value.n) \\(cookie.value.names) \\(cookie.hasCurrentKey ? "current" : "previous")"
            case "later": return "\\(req.marshalCookie(name, as: LaterState.self)?.value.n ?? -1)"
            case "other": return "\\(req.marshalCookie(name, as: OtherState.self)?.value.n ?? "none")"
            case "encrypt":
                try req.addEncryptedCookie(EncryptedCookie(name, value, maxAge: maxAge), keys: keys)
            case "decrypt":
                guard let cookie = req.encryptedCookie(name, keys: keys) else { return "none" }
                return "good \\(cookie.name)=\\(cookie.value) \\(cookie.hasCurrentKey ? "current" : "previous")"
            default:
                try req.addMarshalCookie(MarshalCookie(name, Array(repeating: value, count: 4000)))
            }
            return "set"
        }
        """

    private static func with(
        secrets: String = "SwiftSecretFile \"${ROOT}/secrets\"", mpm: MPM = .event,
        _ body: (HTTPD) throws -> Void
    ) throws {
        try SwiftSite.with(source, mpm: mpm, global: secrets) { server throws in try body(server) }
    }

    /// Sets a cookie and returns its value on the wire.
    private static func set(
        _ query: String, name: String = "c", at server: HTTPD
    ) throws -> String {
        let response = try server.app("\(query)&name=\(name)")
        #expect(response.status == 200, "\(response)")
        let line = try #require(response.headers["Set-Cookie"])
        let pair = try #require(line.split(separator: ";").first)
        #expect(pair.hasPrefix("\(name)="))
        return String(pair.dropFirst(name.utf8.count + 1))
    }

    private static func ask(
        _ query: String, name: String = "c", _ value: String, at server: HTTPD
    ) throws -> String {
        try server.get(
            "/app/x.do?\(query)&name=\(name)", headers: ["Cookie": "\(name)=\(value)"]
        ).text
    }

    private struct SigningCase: Decodable {
        struct Setting: Decodable {
            var keys_sign: [String]
            var keys_verify: [String]
            var name: String
            var value: String
            var move_to_name: String?
            var tamper: String?
        }
        struct Expectation: Decodable {
            var verified: String?
            var resigned_with: String?
            var any_of: [Expectation]?
        }
        var id: String
        var set: Setting
        var expect: Expectation

        static func all() throws -> [SigningCase] {
            try Manual.text("Tests/Fixtures/Cases/cookies.jsonl").split(separator: "\n")
                .filter { $0.contains("\"feature\": \"cookies/signed\"") }
                .map { try JSONDecoder().decode(SigningCase.self, from: Data($0.utf8)) }
        }
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    @Test(arguments: MPM.allCases)
    func everyCaseOfSigning(_ mpm: MPM) throws {
        try Self.with(secrets: "", mpm: mpm) { server throws in
            let cases = try SigningCase.all()
            #expect(cases.count == 7)
            for test in cases {
                let (set, expected) = (test.set, test.expect.any_of?[0] ?? test.expect)
                let value = Self.encoded(set.value)
                var wire = try Self.set(
                    "do=sign&value=\(value)&keys=\(set.keys_sign.joined(separator: ","))",
                    name: set.name, at: server)
                if set.tamper != nil { wire.removeLast() }
                let name = set.move_to_name ?? set.name
                let keys = set.keys_verify.joined(separator: ",")
                let found = try Self.ask("do=verify&keys=\(keys)", name: name, wire, at: server)
                let key = expected.resigned_with == nil ? "current" : "previous"
                #expect(
                    found == expected.verified.map { "good \(name)=\($0) \(key)" } ?? "none",
                    "\(test.id): \(wire)")
            }
        }
    }

    /// What `openssl dgst` makes of the documented message, with keys around the block of SHA-256.
    @Test(.bug(id: "N4-28"), arguments: [1, 3, 32, 63, 64, 65, 128, 200])
    func theSignatureIsHMACWithSHA256(keySize: Int) throws {
        try Self.with(secrets: "", mpm: .worker) { server throws in
            let key = String(repeating: "k3y", count: keySize / 3 + 1).prefix(keySize)
            for value in ["blue", "", String(repeating: "long", count: 200)] {
                let wire = try Self.set(
                    "do=sign&value=\(value)&keys=\(key)", name: "color", at: server)
                let digest = try Shell.run([
                    "sh", "-c",
                    "printf %s 'Scolor=:\(value)' | openssl dgst -sha256 -mac HMAC -macopt key:\(key) "
                        + "-binary | base64",
                ])
                let expected = digest.split(separator: "=")[0].replacing("+", with: "-")
                    .replacing("/", with: "_")
                #expect(wire == "\(expected)::\(value)")
            }
        }
    }

    @Test(.bug(id: "N4-31")) func aCookieWithoutAGoodSignatureIsNoSignedOne() throws {
        try Self.with { server throws in
            for kind in ["verify", "unmarshal", "decrypt"] {
                for value in ["", "blue", ":", "::", String(repeating: "A", count: 43) + "::blue"] {
                    #expect(try Self.ask("do=\(kind)", value, at: server) == "none")
                }
            }
        }
    }

    /// Each byte changed, each length cut, and something behind it.
    @Test(arguments: [("sign", "verify"), ("marshal", "unmarshal"), ("encrypt", "decrypt")])
    func whatWasChangedIsAbsent(setting: String, reading: String) throws {
        try Self.with { server throws in
            let wire = try Self.set("do=\(setting)&value=7&age=1000", at: server)
            #expect(try Self.ask("do=\(reading)", wire, at: server).hasPrefix("good"))
            let bytes = Array(wire.utf8)
            for index in bytes.indices {
                var changed = bytes
                changed[index] =
                    bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                let text = String(decoding: changed, as: UTF8.self)
                #expect(try Self.ask("do=\(reading)", text, at: server) == "none", "byte \(index)")
                let cut = String(decoding: bytes[..<index], as: UTF8.self)
                #expect(try Self.ask("do=\(reading)", cut, at: server) == "none", "cut at \(index)")
            }
            for text in [wire + "A", wire + "%20", "A" + wire, wire + wire] {
                #expect(try Self.ask("do=\(reading)", text, at: server) == "none")
            }
        }
    }

    @Test func aValueBelongsToItsNameAndItsKind() throws {
        try Self.with { server throws in
            for (setting, reading) in [
                ("sign", "verify"), ("marshal", "unmarshal"), ("encrypt", "decrypt"),
            ] {
                let wire = try Self.set("do=\(setting)&value=7", name: "color", at: server)
                #expect(
                    try Self.ask("do=\(reading)", name: "color", wire, at: server).hasPrefix("good")
                )
                #expect(try Self.ask("do=\(reading)", name: "role", wire, at: server) == "none")
                for other in ["verify", "unmarshal", "decrypt"] where other != reading {
                    #expect(try Self.ask("do=\(other)", name: "color", wire, at: server) == "none")
                }
            }
        }
    }

    @Test func aCookieWhoseTimeIsOverIsAbsent() throws {
        try Self.with { server throws in
            let kinds = ["sign": "verify", "marshal": "unmarshal", "encrypt": "decrypt"]
            for (kind, reading) in kinds {
                let start = ContinuousClock.now
                let wire = try Self.set("do=\(kind)&value=7&age=4", at: server)
                let first = try Self.ask("do=\(reading)", wire, at: server)
                // A machine that is busy may take longer than that.
                #expect(first.hasPrefix("good") || .now - start > .seconds(3))
                #expect(
                    try eventually {
                        try Self.ask("do=\(reading)", wire, at: server) == "none"
                    })
            }
            let past = try Self.set("do=expires&value=1000", at: server)
            #expect(try Self.ask("do=verify", past, at: server) == "none")
            let future = try Self.set("do=expires&value=4000000000", at: server)
            #expect(try Self.ask("do=verify", future, at: server) == "good c=4000000000 current")
        }
    }

    @Test func encryptedValuesAreUnreadableAndNeverTheSame() throws {
        try Self.with { server throws in
            let value = "topsecret"
            let wires = try (0..<3).map { _ in
                try Self.set("do=encrypt&value=\(value)", at: server)
            }
            #expect(Set(wires).count == 3)
            for wire in wires {
                #expect(try Self.ask("do=decrypt", wire, at: server) == "good c=\(value) current")
                let text = wire.replacing("-", with: "+").replacing("_", with: "/")
                let padded = text + String(repeating: "=", count: (4 - text.count % 4) % 4)
                let bytes = try #require(Data(base64Encoded: padded))
                #expect(bytes.range(of: Data(value.utf8)) == nil)
                // A salt of 24, ":" and the text, a tag of 16.
                #expect(bytes.count == 24 + 1 + value.utf8.count + 16)
            }
            let empty = try Self.set("do=encrypt&value=", at: server)
            #expect(try Self.ask("do=decrypt", empty, at: server) == "good c= current")
        }
    }

    @Test func typesMayGetOptionalPropertiesAndWhatDoesNotFitIsAbsent() throws {
        try Self.with { server throws in
            let wire = try Self.set("do=marshal&value=7", at: server)
            #expect(
                try Self.ask("do=unmarshal", wire, at: server) == "good 7 [\"a;b\", \"é\"] current")
            #expect(try Self.ask("do=later", wire, at: server) == "7")
            #expect(try Self.ask("do=other", wire, at: server) == "none")
        }
    }

    @Test(.bug(id: "N4-29")) func whatIsTooLargeIsRefused() throws {
        try Self.with { server throws in
            server.allowLog(containing: "MSW0301")
            #expect(try server.app("do=large&value=x").status == 500)
            try server.expectLog(containing: "browsers drop cookies of more than 4096")
        }
    }

    /// As long as httpd lets a field be: with the form of ours, without it, and a great many of them.
    @Test func whatIsTooLongIsAbsentAndCostsNoOther() throws {
        try Self.with { server throws in
            let signature = String(repeating: "A", count: 43)
            for kind in ["verify", "unmarshal", "decrypt"] {
                for value in [
                    String(repeating: "A", count: 7900),
                    "\(signature)::" + String(repeating: "A", count: 7800),
                    "\(signature):" + String(repeating: "9", count: 7800) + ":x",
                ] {
                    #expect(try Self.ask("do=\(kind)", value, at: server) == "none")
                }
            }
            let wire = try Self.set("do=sign&value=7", at: server)
            let many = String(repeating: "c=\(signature)::x; ", count: 130)
            let response = try server.get(
                "/app/x.do?do=verify", headers: ["Cookie": many + "c=\(wire)"])
            #expect(response.text == "good c=7 current")
        }
    }

    /// Of several with one name: another site of the domain may have put its own in front.
    @Test func theFirstGoodOneCounts() throws {
        try Self.with { server throws in
            let wire = try Self.set("do=sign&value=7", at: server)
            let response = try server.get(
                "/app/x.do?do=verify", headers: ["Cookie": "c=forged; c=\(wire)"])
            #expect(response.text == "good c=7 current")
        }
    }

    // MARK: The file

    private static func secrets(of server: HTTPD) throws -> String { "\(server.root)/secrets" }

    @Test(arguments: MPM.allCases)
    func theFileIsMadeAtTheFirstStartAndSurvivesRestarts(_ mpm: MPM) throws {
        try Self.with(mpm: mpm) { server throws in
            let path = try Self.secrets(of: server)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect((attributes[.posixPermissions] as? Int) == 0o600)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.wholeMatch(of: /[0-9a-f]{64}\n/) != nil)
            let wire = try Self.set("do=sign&value=7", at: server)
            for graceful in [true, false] {
                try server.restart(graceful: graceful)
                #expect(try Self.ask("do=verify", wire, at: server) == "good c=7 current")
            }
            try server.stop()
            try server.start()
            #expect(try Self.ask("do=verify", wire, at: server) == "good c=7 current")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
    }

    @Test func aNewKeyInFrontSignsAndTheOldOneIsAccepted() throws {
        try Self.with { server throws in
            let path = try Self.secrets(of: server)
            let old = try String(contentsOfFile: path, encoding: .utf8)
            var wires: [String: String] = [:]
            let kinds = ["sign": "verify", "marshal": "unmarshal", "encrypt": "decrypt"]
            for kind in kinds.keys { wires[kind] = try Self.set("do=\(kind)&value=7", at: server) }
            let new = String(repeating: "n", count: 32)
            try Self.write("# the new one\n\n \(new) \r\n\(old)", to: path)
            try server.restart(graceful: true)
            for (kind, reading) in kinds {
                let wire = try #require(wires[kind])
                #expect(try Self.ask("do=\(reading)", wire, at: server).hasSuffix("previous"))
                let renewed = try Self.set("do=\(kind)&value=7", at: server)
                #expect(try Self.ask("do=\(reading)", renewed, at: server).hasSuffix("current"))
            }
            try Self.write("\(new)\n", to: path)
            try server.restart(graceful: true)
            for (kind, reading) in kinds {
                #expect(
                    try Self.ask("do=\(reading)", try #require(wires[kind]), at: server) == "none")
            }
        }
    }

    private static func write(_ text: String, to path: String, mode: Int = 0o600) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test func aFileThatIsOfNoUseIsToldAndTheKeysOfBeforeStay() throws {
        try Self.with { server throws in
            let path = try Self.secrets(of: server)
            let good = try String(contentsOfFile: path, encoding: .utf8)
            let wire = try Self.set("do=sign&value=7", at: server)
            server.allowLog(containing: "MSW0632")
            for (text, mode, reason) in [
                (good, 0o640, "is open to other users (mode 640)"),
                ("", 0o600, "holds no key"), ("# nothing\n", 0o600, "holds no key"),
                ("\(good)short\n", 0o600, "the key on line 2 of"),
                (String(repeating: "x", count: 70_000), 0o600, "File too large"),
            ] {
                try Self.write(text, to: path, mode: mode)
                try server.restart(graceful: true)
                try server.expectLog(containing: reason)
                #expect(try Self.ask("do=verify", wire, at: server) == "good c=7 current")
            }
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false)
            try server.restart(graceful: true)
            try server.expectLog(containing: "Is a directory; its keys of before stay in use")
        }
    }

    @Test func withoutAKeySettingIsAnErrorAndReadingFindsNone() throws {
        try Self.with(secrets: "") { server throws in
            server.allowLog(containing: "MSW0301")
            server.allowLog(containing: "MSW0630")
            #expect(try server.app("do=sign&value=7").status == 500)
            try server.expectLog(containing: "there is no key: name a file in SwiftSecretFile")
            #expect(try Self.ask("do=verify", "x", at: server) == "none")
            try server.expectLog(containing: "MSW0630: signed or encrypted cookies are asked for")
        }
    }

    @Test func aFileThatCannotBeMadeLeavesTheServerUp() throws {
        try Self.with(secrets: "SwiftSecretFile \"${ROOT}/missing/secrets\"") { server throws in
            server.allowLog(containing: "MSW0632")
            server.allowLog(containing: "MSW0630")
            try server.expectLog(containing: "signed and encrypted cookies are refused")
            #expect(try Self.ask("do=verify", "x", at: server) == "none")
        }
    }

    /// Virtual hosts of their own keys do not take each other's cookies.
    @Test func virtualHostsHaveKeysOfTheirOwn() throws {
        let global = """
            SwiftSecretFile "${ROOT}/secrets"
            <VirtualHost *>
                ServerName main.test
            </VirtualHost>
            <VirtualHost *>
                ServerName other.test
                SwiftSecretFile "${ROOT}/other-secrets"
            </VirtualHost>
            """
        try Self.with(secrets: global) { server throws in
            func ask(_ query: String, host: String, cookie: String = "none=") throws -> Response {
                try server.get(
                    "/app/x.do?\(query)", headers: ["Host": host, "Cookie": cookie])
            }
            let line = try #require(
                try ask("do=sign&value=7", host: "main.test").headers["Set-Cookie"])
            #expect(
                try ask("do=verify", host: "main.test", cookie: line).text == "good c=7 current")
            #expect(try ask("do=verify", host: "other.test", cookie: line).text == "none")
        }
    }

    /// A process that signs nothing does not load libcrypto by us.
    @Test func theLibraryIsLoadedAtTheFirstUse() throws {
        try SwiftSite.with(
            Self.source, mpm: .worker, global: "SwiftSecretFile \"${ROOT}/secrets\"", children: 1
        ) {
            server throws in
            func isLoaded() throws -> Bool {
                try server.childPIDs.contains { child in
                    try Shell.run(["cat", "/proc/\(child)/maps"]).contains("libmsw_crypto")
                }
            }
            #expect(try server.app("do=verify").text == "none")
            #expect(try !isLoaded())
            _ = try Self.set("do=sign&value=7", at: server)
            #expect(try isLoaded())
        }
    }
}
