// SPDX-License-Identifier: Apache-2.0

internal import CompilerDiagnostics
internal import Synchronization
internal import SystemCalls

/// Finds the source line at which an error was thrown. The first error from a location requires one
/// or two runs of the symbolizer, some hundredths of a second each; then the location is cached,
/// because compiled code never changes.
///
/// The optimizer merges the throws of a function into one, to which it gives the line of any of
/// them. Therefore the line is that at which the error was created, if that is known and in the
/// same function; any other error has the line of its throw.
enum ThrowLocation {
    private static let known = Mutex<[CodeAddress: FoundPlace?]>([:])
    /// Only one thread runs the symbolizer; the others may find their location cached after
    /// waiting.
    private static let symbolizing = Mutex(())
    /// The maximum number of cached locations.
    private static let limit = 1000

    /// - Parameter frames: See ``ThrowRecord/frames(of:)``.
    /// - Returns: The innermost location in a handler's source; nil if none is known.
    static func place(of frames: [UInt]) -> SourcePlace? {
        let modules = LoaderSettings.current.modulesDirectory
        let throwing = frames.dropFirst().lazy.compactMap { CodeAddress($0, isReturn: true) }
            .first { TrapStack.isModule($0.image, modules) }
        guard let throwing else { return nil }
        let thrown = found(throwing, modules)
        guard let made = frames.first.flatMap({ CodeAddress($0, isReturn: true) }),
            made.image == throwing.image, let making = found(made, modules), making.hasLine,
            thrown == nil || making.function == thrown?.function
        else { return thrown?.place }
        // If both are on one line, the throw has the better column.
        let isSameLine =
            making.place.line == thrown?.place.line && making.place.file == thrown?.place.file
        return isSameLine ? thrown?.place : making.place
    }

    private static func found(_ address: CodeAddress, _ modules: String) -> FoundPlace? {
        if let place = known.withLock({ $0[address] }) { return place }
        return symbolizing.withLock { _ in
            if let place = known.withLock({ $0[address] }) { return place }
            let report = Symbolizer.report(of: TrapStack(frames: [address]), modules: modules)
            let place = report.flatMap(FoundPlace.init)
            known.withLock { known in
                if known.count >= limit { known = [:] }
                known[address] = place
            }
            return place
        }
    }
}

/// The location of an instruction.
private struct FoundPlace: Equatable, Sendable {
    let place: SourcePlace
    /// The function that contains the instruction, into which others may be inlined.
    let function: Substring
    /// Whether the place is the instruction's own; otherwise it is that of the function's declaration.
    let hasLine: Bool

    init?(_ report: TrapReport) {
        guard let place = SourcePlace(report.place), let line = report.lines.last else {
            return nil
        }
        self.place = place
        let end = line.indices.first { line[$0...].hasPrefix(" at ") }
        function = line[..<(end ?? line.endIndex)]
        hasLine = end != nil
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
