// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ModuleArtifact

@Suite struct StampTests {
    private let payload = Array("\u{7F}ELF and so on".utf8)
    private var stamp: Stamp {
        Stamp(
            buildID: "ab12", compilerVersion: "6.3.1",
            key: ModuleKey(
                BuildInputs(
                    sourcePath: "/a.swift", source: [], namespace: "n", optimize: true,
                    buildID: "ab12", compilerVersion: "6.3.1", libraryDirectory: "/lib")),
            module: "a_1", sourcePath: "/srv/a b.swift", payload: payload)
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
