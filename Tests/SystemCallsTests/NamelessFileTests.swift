// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SystemCalls

@Suite(.timeLimit(.minutes(1)))
struct NamelessFileTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let path = "\(NSTemporaryDirectory())/nameless-\(UUID())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    private func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory)
    }

    private func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    private func number(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    }

    private func append(_ text: String, to file: NamelessFile) throws {
        try file.append(Array(text.utf8).span)
    }

    @Test func itHoldsWhatWasWrittenAndHasNoName() throws {
        try withDirectory { directory in
            let file = try NamelessFile(in: directory)
            #expect(try file.withBytes { $0.count } == 0)
            try append("one ", to: file)
            try append("", to: file)
            try append("two", to: file)
            #expect(file.size == 7)
            #expect(try file.withBytes { [$0[0], $0[6]] } == Array("oo".utf8))
            #expect(try names(in: directory).isEmpty)
        }
    }

    @Test func savingGivesItANameWithoutACopyOnce() throws {
        try withDirectory { directory in
            let file = try NamelessFile(in: directory)
            try append("content", to: file)
            var info = stat()
            fstat(file.descriptor, &info)
            try file.save(to: "\(directory)/a", isReplacing: false)
            #expect(try number(of: "\(directory)/a") == Int(info.st_ino))
            // A second name would refer to the same file, so a copy is made.
            try file.save(to: "\(directory)/b", isReplacing: true)
            #expect(try number(of: "\(directory)/b") != Int(info.st_ino))
            #expect(text("\(directory)/a") == "content" && text("\(directory)/b") == "content")
            #expect(try names(in: directory).sorted() == ["a", "b"])
        }
    }

    @Test func aFileThatIsThereIsReplacedOrNot() throws {
        try withDirectory { directory in
            let path = "\(directory)/a"
            try "old".write(toFile: path, atomically: true, encoding: .utf8)
            let file = try NamelessFile(in: directory)
            try append("new", to: file)
            #expect(throws: SystemError.self) { try file.save(to: path, isReplacing: false) }
            #expect(text(path) == "old")
            try file.save(to: path, isReplacing: true)
            #expect(text(path) == "new")
            let bytes = Array("newer".utf8)
            #expect(throws: SystemError.self) {
                try NamelessFile.save(bytes, to: path, isReplacing: false)
            }
            try NamelessFile.save(bytes, to: path, isReplacing: true)
            #expect(text(path) == "newer")
            #expect(try names(in: directory) == ["a"])
        }
    }

    @Test func anotherFileSystemGetsACopy() throws {
        guard FileManager.default.isWritableFile(atPath: "/dev/shm") else { return }
        try withDirectory { directory in
            let file = try NamelessFile(in: "/dev/shm")
            let content = String(repeating: "0123456789", count: 100_000)
            try append(content, to: file)
            try file.save(to: "\(directory)/a", isReplacing: false)
            #expect(text("\(directory)/a") == content)
            try file.save(to: "\(directory)/a", isReplacing: true)
            #expect(throws: SystemError.self) {
                try file.save(to: "\(directory)/a", isReplacing: false)
            }
            #expect(try names(in: directory) == ["a"])
        }
    }

    @Test func aDirectoryThatIsNotThereIsAnError() throws {
        #expect(throws: SystemError.self) { try NamelessFile(in: "/nowhere/at/all") }
        try withDirectory { directory in
            let file = try NamelessFile(in: directory)
            #expect(throws: SystemError.self) {
                try file.save(to: "\(directory)/no/a", isReplacing: true)
            }
        }
    }

    @Test func savedFilesHaveTheModeOfNewOnes() throws {
        try withDirectory { directory in
            let file = try NamelessFile(in: directory)
            try file.save(to: "\(directory)/a", isReplacing: true)
            try NamelessFile.save([], to: "\(directory)/b", isReplacing: true)
            try "".write(toFile: "\(directory)/c", atomically: false, encoding: .utf8)
            let modes = try ["a", "b", "c"].map {
                try FileManager.default.attributesOfItem(atPath: "\(directory)/\($0)")[
                    .posixPermissions] as? Int
            }
            #expect(Set(modes).count == 1)
        }
    }
}
