// SPDX-License-Identifier: Apache-2.0

internal import CompilerDiagnostics
internal import Synchronization
internal import SystemCalls

/// Finds the source line at which an error was thrown. The first error from a location requires a
/// run of the symbolizer, some hundredths of a second; then the location is cached, because
/// compiled code never changes.
enum ThrowLocation {
    private static let known = Mutex<[CodeAddress: SourcePlace?]>([:])
    /// Only one thread runs the symbolizer; the others may find their location cached after
    /// waiting.
    private static let symbolizing = Mutex(())
    /// The maximum number of cached locations.
    private static let limit = 1000

    /// - Parameter frames: The return addresses, innermost first.
    /// - Returns: The innermost location in a handler's source; nil if none is known.
    static func place(of frames: [UInt]) -> SourcePlace? {
        let modules = LoaderSettings.current.modulesDirectory
        let address = frames.lazy.compactMap { CodeAddress($0, isReturn: true) }
            .first { TrapStack.isModule($0.image, modules) }
        guard let address else { return nil }
        if let place = known.withLock({ $0[address] }) { return place }
        return symbolizing.withLock { _ in
            if let place = known.withLock({ $0[address] }) { return place }
            let report = Symbolizer.report(of: TrapStack(frames: [address]), modules: modules)
            let place = report.flatMap { SourcePlace($0.place) }
            known.withLock { known in
                if known.count >= limit { known = [:] }
                known[address] = place
            }
            return place
        }
    }
}

/// A location in a source.
struct SourcePlace: Equatable, Sendable {
    let file: String
    let line: Int
    /// The column in bytes, from 1.
    let column: Int

    init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// Parses "/srv/app.swift:12:5", optionally followed by ", in handler(_:)".
    init?(_ text: String) {
        let end = text.indices.last { text[$0...].hasPrefix(", in ") } ?? text.endIndex
        guard let parsed = Diagnostic(line: "\(text[..<end]): note: "), let file = parsed.file,
            let line = parsed.line, let column = parsed.column
        else { return nil }
        self.init(file: file, line: line, column: column)
    }

    var description: String { "\(file):\(line):\(column)" }

    /// The text of the file; nil if it cannot be read.
    var source: String? {
        (try? FileSystem.read(file, limit: ModuleSource.limit))
            .map { String(decoding: $0.bytes, as: UTF8.self) }
    }
}
