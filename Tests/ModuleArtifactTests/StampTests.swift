// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import ModuleArtifact

@Suite struct StampTests {
    private let payload = Array("\u{7F}ELF and so on".utf8)
    private var stamp: Stamp {
        Stamp(
            buildID: "ab12", compilerVersion: "6.3.1",
            key: ModuleKey(
                BuildInputs(
                    sourcePath: "/a.swift", sources: [], namespace: "n", optimize: true,
                    buildID: "ab12", compilerVersion: "6.3.1", libraryDirectory: "/lib")),
            module: "a_1", sourcePath: "/srv/a b.swift", imports: imports, payload: payload,
            interfaceSize: 5, warningsSize: 3)
    }
    private let imports = ["/srv/b.swift", "/srv/c d"].map { path in
        Stamp.Import(
            key: ModuleKey(
                BuildInputs(
                    sourcePath: path, sources: [], namespace: "n", optimize: true, buildID: "ab12",
                    compilerVersion: "6.3.1", libraryDirectory: "/lib")), sourcePath: path)
    }

    @Test func interfaceAndWarningsAreTheEndOfThePayload() throws {
        let file = payload + stamp.bytes
        #expect(try Stamp(of: file).interface(in: file) == payload.suffix(8).prefix(5))
        #expect(try Stamp(of: file).warnings(in: file).utf8.elementsEqual(payload.suffix(3)))
    }

    @Test(arguments: ["interface-size 5", "warnings-size 3"])
    func partsThatAreLargerThanThePayloadAreDamage(line: String) throws {
        let text = String(decoding: stamp.bytes, as: UTF8.self)
        // The length is unchanged, so that the footer stays valid.
        let forged = text.replacingOccurrences(of: line, with: "\(line.dropLast())9")
        var file = Array("tiny".utf8) + Array(forged.utf8)
        #expect(throws: StampError.damaged) { try Stamp(of: file) }
        file =
            payload + Array(text.replacingOccurrences(of: line, with: "x\(line.dropFirst())").utf8)
        #expect(throws: StampError.damaged) { try Stamp(of: file) }
    }

    @Test func aStampIsReadAsItWasWritten() throws {
        #expect(try Stamp(of: payload + stamp.bytes) == stamp)
    }

    @Test func everyTruncationIsNoticed() {
        let file = payload + stamp.bytes
        for length in 0..<file.count {
            #expect(throws: StampError.self, "\(length) bytes") {
                try Stamp(of: Array(file[..<length]))
            }
        }
    }

    @Test func everyChangedByteOfTheLibraryIsNoticed() {
        let file = payload + stamp.bytes
        for index in payload.indices {
            var changed = file
            changed[index] ^= 1
            #expect(throws: StampError.damaged, "byte \(index)") { try Stamp(of: changed) }
        }
    }

    @Test func garbageIsNoStamp() {
        var generator = SystemRandomNumberGenerator()
        for length in [1, 16, 17, 100, 5_000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(throws: StampError.missing) { try Stamp(of: bytes) }
        }
        let claim = Array("MSWSTAMPffffffff".utf8)
        #expect(throws: StampError.missing) { try Stamp(of: claim) }
        #expect(throws: StampError.missing) { try Stamp(of: payload + claim) }
        #expect(throws: StampError.missing) {
            try Stamp(of: payload + Array("MSWSTAMP-0000001".utf8))
        }
    }

    @Test func aLineBreakInAPathCannotForgeALine() throws {
        var forged = stamp
        forged.sourcePath = "/a\nkey 00"
        #expect(try Stamp(of: payload + forged.bytes).key == stamp.key)
    }
}
