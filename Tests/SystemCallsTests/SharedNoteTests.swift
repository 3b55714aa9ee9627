// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemCalls
import Testing

@Suite struct SharedNoteTests {
    private func with(_ body: (String) throws -> Void) rethrows {
        let path = "\(NSTemporaryDirectory())/note.\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test func whoeverHasTheFileSeesWhatWasNoted() throws {
        try with { path in
            let one = try SharedNote(path, capacity: 100)
            let other = try SharedNote(path, capacity: 100)
            #expect(!one.isSet && !other.isSet && other.content == nil)
            let content = SharedNote.Content(key: "kéy", bytes: [0, 1, 255])
            one.set(content)
            #expect(other.isSet && other.content == content)
            // Also for a note that is opened later.
            let third = try SharedNote(path, capacity: 100)
            #expect(third.isSet && third.content == content)
            other.clear()
            #expect(!one.isSet && !third.isSet)
            one.set()
            #expect(third.isSet && third.content == nil)
        }
    }

    @Test func whatIsTooLargeIsNotKept() throws {
        try with { path in
            let note = try SharedNote(path, capacity: 10)
            note.set(SharedNote.Content(key: "key", bytes: [UInt8](repeating: 7, count: 7)))
            #expect(note.content?.bytes.count == 7)
            note.set(SharedNote.Content(key: "key", bytes: [UInt8](repeating: 7, count: 8)))
            #expect(note.isSet && note.content == nil)
            note.set(SharedNote.Content(key: "key", bytes: []))
            #expect(note.content == SharedNote.Content(key: "key", bytes: []))
        }
    }

    /// Sizes that were written by other code.
    @Test func whatIsNoNoteIsNone() throws {
        try with { path in
            try Data(repeating: 0xFF, count: 16).write(to: URL(fileURLWithPath: path))
            let note = try SharedNote(path, capacity: 10)
            #expect(note.isSet && note.content == nil)
        }
    }

    @Test func aLinkIsNotFollowed() throws {
        try with { path in
            try FileManager.default.createSymbolicLink(
                atPath: path, withDestinationPath: "/dev/null")
            #expect(throws: SystemError.self) { try SharedNote(path, capacity: 10) }
        }
    }
}
