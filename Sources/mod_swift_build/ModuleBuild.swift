// SPDX-License-Identifier: Apache-2.0

import HandlerDiscovery
import ModuleArtifact
import PageParsing
import SystemCalls

/// One build, from the bytes of the source to the file in the cache.
struct ModuleBuild {
    private let order: BuildArguments

    init(_ order: BuildArguments) { self.order = order }

    /// Builds the module.
    ///
    /// - Throws: ``BuildError``, ``SystemError``.
    func run() throws {
        let workplace = try WorkingDirectory(order)
        defer { workplace.remove() }
        let bytes = try FileSystem.read(order.source, limit: 1 << 28).bytes
        let page = order.isPage ? readPage(bytes) : nil
        let sources =
            try page.map { try write(page: $0, workplace) } ?? writeHandlers(bytes, workplace)
        do {
            try Compiler(order, workplace, sources: sources).compile()
        } catch let problem as BuildError {
            let text = authored(problem.text, workplace)
            throw BuildError(exit: problem.exit, text: page?.quoted(in: text) ?? text)
        }
        try publish(workplace)
    }

    /// The child computed the key from what it read; what is compiled must be the same bytes.
    private func checkKey(of bytes: [UInt8]) throws {
        guard order.key(of: bytes) == order.key else {
            throw BuildError(exit: .sourceChanged, text: "\(order.source) has changed")
        }
    }

    /// Writes what the compiler gets of a source with handlers.
    ///
    /// - Returns: The paths of the files.
    private func writeHandlers(_ bytes: [UInt8], _ workplace: WorkingDirectory) throws -> [String] {
        try checkKey(of: bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        let registration = Registration(of: [HandlerSource(path: order.source, text: text)])
        try FileSystem.write(Array(located(text).utf8), to: workplace.source)
        try FileSystem.write(Array(registration.text.utf8), to: workplace.registration)
        return [workplace.source, workplace.registration]
    }

    private func readPage(_ bytes: [UInt8]) -> PageFiles {
        PageFiles(path: order.source, bytes: bytes) {
            try? FileSystem.read($0, limit: 1 << 28).bytes
        }
    }

    /// Writes what the compiler gets of a server page.
    private func write(page: PageFiles, _ workplace: WorkingDirectory) throws -> [String] {
        try checkKey(of: page.keyBytes)
        do {
            let translation = try PageTranslation(of: page)
            try FileSystem.write(Array(translation.source.utf8), to: workplace.source)
            return [workplace.source]
        } catch let error as PageSyntaxError {
            throw BuildError(exit: .diagnostics, text: error.quoting(page))
        }
    }

    /// Diagnostics with the author's names in place of those that are only ours.
    private func authored(_ text: String, _ workplace: WorkingDirectory) -> String {
        text.replacing(order.names.module, with: order.names.display)
            .replacing(workplace.source, with: order.source)
    }

    /// The source as the compiler gets it: a snapshot that speaks of the author's file.
    private func located(_ text: String) -> String {
        // A byte order mark may stand at the beginning only.
        let text = text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
        // A control character in a path cannot be written there.
        let printable = String(order.source.map { $0.isNewline || $0 < " " ? "?" : $0 })
        let path = printable.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "#sourceLocation(file: \"\(path)\", line: 1)\n\(text)\n"
    }

    /// Stamps the library and moves it to its place in one step.
    private func publish(_ workplace: WorkingDirectory) throws {
        let library = try FileSystem.read(workplace.library, limit: 1 << 30).bytes
        let stamp = Stamp(
            buildID: order.buildID, compilerVersion: order.compilerVersion, key: order.key,
            module: order.names.module, sourcePath: order.source, payload: library)
        try FileSystem.write(library + stamp.bytes, to: workplace.stamped)
        try FileSystem.rename(workplace.stamped, to: "\(order.cache)/modules/\(order.names.file)")
    }
}

/// A directory of its own for one build, in the cache so that its result can be moved there.
struct WorkingDirectory {
    let directory: String

    var source: String { "\(directory)/source.swift" }
    var registration: String { "\(directory)/registration.swift" }
    var library: String { Self.library(in: directory) }
    var stamped: String { "\(directory)/stamped.so" }

    /// Where the compiler is to leave the library.
    static func library(in directory: String) -> String { "\(directory)/module.so" }

    /// Makes the directory; what an earlier build that was killed left in it goes.
    init(_ order: BuildArguments) throws {
        directory = "\(order.cache)/work/\(order.key.short)"
        FileSystem.removeTree(directory)
        try FileSystem.makeDirectory(directory, mode: 0o700)
    }

    func remove() { FileSystem.removeTree(directory) }
}
