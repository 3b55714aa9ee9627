// SPDX-License-Identifier: Apache-2.0

import Foundation
import HandlerDiscovery

/// A temporary directory in which handler modules are compiled against ``stubOfModSwift``.
final class Workshop {
    private let folder: URL
    private let isShared: Bool

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("HandlerDiscoveryTests-\(UUID().uuidString)")
        isShared = false
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Creates a directory that exists until the tests end.
    private init(folder: URL) throws {
        self.folder = folder
        isShared = true
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        if !isShared { try? FileManager.default.removeItem(at: folder) }
    }

    /// Returns the compiler's messages about a module and its registration; empty if there are
    /// none.
    func diagnostics(for text: String, flags: [String] = []) throws -> String {
        let stub = try Self.resilientStub.get().path
        try writeModule(text)
        return try compile(
            ["-typecheck", "-module-name", "hello_0f3a", "-warnings-as-errors", "-I", stub] + flags,
            handlers, "registration.swift")
    }

    /// Returns the output of a program that registers a module's handlers, and calls them, as the
    /// stub does.
    func output(of text: String) throws -> String {
        let stub = try Self.stubLibrary.get().path
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
            ["-module-name", "hello_0f3a", "-I", stub, "-L", stub, "-lModSwift", "-o", "program"]
                + ["-Xlinker", "-rpath=\(stub)"],
            handlers, "registration.swift", "program.swift")
        return try messages + run(folder.appendingPathComponent("program"), [])
    }

    /// The registration must use the same path as the compiler; otherwise there are warnings about
    /// `#fileID`.
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
        let cache = Self.shared.appendingPathComponent("cache").path
        let common = ["-swift-version", "6", "-parse-as-library", "-module-cache-path", cache]
        return try run(Self.compiler, common + flags + files)
    }

    // MARK: Compiled once for all tests

    private static let shared: URL = {
        atexit { try? FileManager.default.removeItem(at: Workshop.shared) }
        return FileManager.default.temporaryDirectory
            .appendingPathComponent("HandlerDiscoveryTests-\(UUID().uuidString)")
    }()

    private static let resilientStub = Result {
        try stub("resilient", ["-emit-module", "-enable-library-evolution"])
    }

    private static let stubLibrary = Result {
        try stub("library", ["-emit-module", "-emit-library"])
    }

    /// Compiles ``stubOfModSwift`` in a separate directory.
    private static func stub(_ name: String, _ flags: [String]) throws -> URL {
        let workshop = try Workshop(folder: shared.appendingPathComponent(name))
        try workshop.write(stubOfModSwift, to: "ModSwift.swift")
        let messages = try workshop.compile(flags + ["-module-name", "ModSwift"], "ModSwift.swift")
        if !messages.isEmpty { print(messages) }
        return workshop.folder
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

    /// The compiler of the toolchain that built the tests, found as in Package.swift.
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
