// SPDX-License-Identifier: Apache-2.0

import Foundation
import HandlerDiscovery

/// A temporary directory in which handler modules are compiled against ``stubOfModSwift``.
final class Workshop {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("HandlerDiscoveryTests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write(stubOfModSwift, to: "ModSwift.swift")
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// What the compiler says about a module and its registration; nothing, if all is well.
    func diagnostics(for text: String, flags: [String] = []) throws -> String {
        try compile(
            ["-emit-module", "-enable-library-evolution", "-module-name", "ModSwift"],
            "ModSwift.swift")
        try writeModule(text)
        return try compile(
            ["-typecheck", "-module-name", "hello_0f3a", "-warnings-as-errors", "-I", "."] + flags,
            handlers, "registration.swift")
    }

    /// What a program prints that registers a module's handlers, and calls them, as the stub does.
    func output(of text: String) throws -> String {
        try compile(
            ["-emit-module", "-emit-library", "-module-name", "ModSwift"], "ModSwift.swift")
        try writeModule(text)
        try write(
            """
            @main struct Program {
                static func main() {
                    withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { bytes in
                        bytes.baseAddress.map(mswRegisterHandlers)
                    }
                }
            }
            """, to: "program.swift")
        let messages = try compile(
            ["-module-name", "hello_0f3a", "-I", ".", "-L", ".", "-lModSwift", "-o", "program"]
                + ["-Xlinker", "-rpath=\(folder.path)"],
            handlers, "registration.swift", "program.swift")
        return try messages + run(folder.appendingPathComponent("program"), [])
    }

    /// The registration names it as the compiler does: else there are warnings about `#fileID`.
    private var handlers: String { folder.appendingPathComponent("hello.swift").path }

    private func writeModule(_ text: String) throws {
        let registration = Registration(of: [HandlerSource(path: handlers, text: text)])
        try write(text, to: "hello.swift")
        try write(registration.text, to: "registration.swift")
    }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    @discardableResult
    private func compile(_ flags: [String], _ files: String...) throws -> String {
        let common = ["-swift-version", "6", "-parse-as-library", "-module-cache-path", "cache"]
        return try run(Self.compiler, common + flags + files)
    }

    private func run(_ program: URL, _ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }

    /// The compiler of the toolchain the tests were built with, found as in Package.swift.
    private static let compiler: URL = {
        let environment = ProcessInfo.processInfo.environment
        let named = environment["MOD_SWIFT_TOOLCHAIN"].map { "\($0)/bin" }
        let path = environment["PATH"] ?? "/usr/bin"
        let folders = [named].compactMap(\.self) + path.split(separator: ":").map(String.init)
        let compilers = folders.map { "\($0)/swiftc" }
        let found = compilers.first { FileManager.default.isExecutableFile(atPath: $0) }
        return URL(fileURLWithPath: found ?? "/usr/bin/swiftc")
    }()
}
