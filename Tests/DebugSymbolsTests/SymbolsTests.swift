// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemCalls
import Testing

@testable import DebugSymbols

/// Reading the symbols and debug information of a library.
struct SymbolsTests {
    private static let source = """
        static inline __attribute__((always_inline)) int inner(int n)
        {
            return n / 7;
        }

        int outer(int n)
        {
            return inner(n + 1);
        }
        """

    /// Compiles a library with the installed C compiler.
    private static func library(_ options: [String]) throws -> [UInt8] {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "DebugSymbolsTests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "source.c")
        try source.write(to: file, atomically: true, encoding: .utf8)
        let output = directory.appending(path: "library.so").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/cc")
        process.arguments = ["-O1", "-shared", "-fPIC"] + options + ["-o", output, file.path]
        try process.run()
        process.waitUntilExit()
        return try FileSystem.read(output, limit: 1 << 20).bytes
    }

    /// Returns addresses in outer, found by its name.
    private static func addresses(in image: ELFImage) -> [UInt64] {
        (0x200..<0x3000).filter { image.symbol(at: $0) == "outer" }
    }

    @Test func inlinedFunctionsHaveTheirOwnLines() throws {
        let image = try ELFImage(Self.library(["-gdwarf-4"]))
        let information = try DebugInformation(image)
        let stacks = Self.addresses(in: image).map { information.functions(at: $0) }
        #expect(stacks.count > 4)
        #expect(stacks.allSatisfy { $0.last?.name == "outer" })
        let inlined = try #require(stacks.first { $0.count == 2 })
        #expect(inlined[0].name == "inner")
        #expect(inlined[0].place?.line == 3)
        #expect(inlined[1].place?.line == 8)
        #expect(inlined[1].place?.path.hasSuffix("/source.c") == true)
        #expect(information.functions(at: 0xffff_ffff).isEmpty)
    }

    @Test func withoutDebugInformationThereAreNames() throws {
        for options in [[], ["-s"], ["-gdwarf-5"]] {
            let image = try ELFImage(Self.library(options))
            let address = try #require(Self.addresses(in: image).first)
            #expect(try DebugInformation(image).functions(at: address).isEmpty, "\(options)")
        }
    }

    /// The parser never crashes, whatever it reads.
    @Test func brokenFilesAreRefusedOrSaySomethingElse() throws {
        let bytes = try Self.library(["-gdwarf-4"])
        let addresses = try Self.addresses(in: ELFImage(bytes))
        func read(_ bytes: [UInt8]) {
            guard let image = try? ELFImage(bytes) else { return }
            for address in [addresses[0], addresses[addresses.count / 2], .max] {
                _ = image.symbol(at: address)
                _ = (try? DebugInformation(image))?.functions(at: address)
            }
        }
        for length in stride(from: 0, to: bytes.count, by: 97) { read(Array(bytes[..<length])) }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var broken = bytes
            for _ in 0..<8 {
                broken[Int.random(in: 0..<bytes.count, using: &generator)] =
                    UInt8.random(in: 0...255, using: &generator)
            }
            read(broken)
        }
    }
}
