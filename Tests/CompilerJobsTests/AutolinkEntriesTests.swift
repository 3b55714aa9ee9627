// SPDX-License-Identifier: Apache-2.0

import DebugSymbols
import Testing

@testable import CompilerJobs

struct AutolinkEntriesTests {
    /// Creates a 64-bit ELF file with one section, and the table of names that it needs.
    private func image(section: String, _ contents: String) throws -> ELFImage {
        let names = Array("\0\(section)\0.shstrtab\0".utf8)
        let data = Array(contents.utf8)
        var bytes: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1] + [UInt8](repeating: 0, count: 58)
        func number(_ value: Int, _ size: Int) -> [UInt8] {
            (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        func entry(name: Int, type: Int, offset: Int, size: Int) -> [UInt8] {
            number(name, 4) + number(type, 4) + number(0, 16) + number(offset, 8)
                + number(size, 8) + number(0, 24)
        }
        let (dataStart, namesStart) = (64, 64 + data.count)
        let table = namesStart + names.count
        bytes.replaceSubrange(0x28..<0x30, with: number(table, 8))
        bytes.replaceSubrange(0x3a..<0x40, with: number(64, 2) + number(3, 2) + number(2, 2))
        bytes += data + names
        bytes += entry(name: 0, type: 0, offset: 0, size: 0)
        bytes += entry(name: 1, type: 1, offset: dataStart, size: data.count)
        bytes += entry(
            name: 2 + section.utf8.count, type: 3, offset: namesStart, size: names.count)
        return try ELFImage(bytes)
    }

    @Test(arguments: [
        ("", []),
        ("-lswiftCore\0-lswift_Concurrency\0", ["-lswiftCore", "-lswift_Concurrency"]),
        ("-lA\0\0\0-lB\0-lA\0", ["-lA", "-lB"]),
        ("-l:libModSwiftLogging.so.1\0-lz", ["-l:libModSwiftLogging.so.1", "-lz"]),
    ])
    func eachLibraryIsNamedOnce(contents: String, libraries: [String]) throws {
        let image = try image(section: ".swift1_autolink_entries", contents)
        #expect(AutolinkEntries.libraries(of: image) == libraries)
    }

    @Test func anObjectWithoutTheSectionNeedsNone() throws {
        #expect(AutolinkEntries.libraries(of: try image(section: ".other", "-lA\0")) == [])
    }

    @Test func whatIsNoLibraryIsNotUnderstood() throws {
        let image = try image(section: ".swift1_autolink_entries", "-lA\0-framework\0Cocoa\0")
        #expect(AutolinkEntries.libraries(of: image) == nil)
    }
}
