// SPDX-License-Identifier: Apache-2.0

import DebugSymbols
import Runtime
import SystemCalls

/// A trap's stack in terms of the author's source.
struct Symbolication {
    /// The maximum size of an image in bytes; larger ones are not read.
    private static let sizeLimit = 256 << 20
    private static let failurePrefix = "Swift runtime failure: "

    private struct Image {
        let isModule: Bool
        let image: ELFImage?
        let information: DebugInformation?
    }

    /// The check that failed; empty if the code does not show it.
    private(set) var reason = ""
    /// The innermost location in a handler's source; empty if none is known.
    private(set) var place = ""
    private(set) var lines: [String] = []
    /// The innermost function of a handler's source, and the location of its declaration.
    private var declared = ""
    private var last = ""
    private var repeats = 0

    init(_ order: SymbolizeArguments) {
        let images = order.images.map { path, isModule in
            let bytes = try? FileSystem.read(path, limit: Self.sizeLimit).bytes
            let image = bytes.flatMap { try? ELFImage($0) }
            return Image(
                isModule: isModule, image: image,
                // For other code, function names are sufficient.
                information: isModule ? image.flatMap { try? DebugInformation($0) } : nil)
        }
        for frame in order.frames {
            add(functions(at: frame.address, in: images[frame.image]), images[frame.image])
        }
        // Code that the compiler has merged from several lines has no line.
        if place.isEmpty { place = declared }
    }

    private func functions(at address: UInt64, in image: Image) -> [SourceFunction] {
        let known = image.information?.functions(at: address) ?? []
        guard known.isEmpty else { return known }
        return [SourceFunction(name: image.image?.symbol(at: address) ?? "", place: nil)]
    }

    private mutating func add(_ functions: [SourceFunction], _ image: Image) {
        for (index, function) in functions.enumerated() {
            if let failure = function.name.dropping(prefix: Self.failurePrefix) {
                if lines.isEmpty { reason = failure }
                continue
            }
            if !image.isModule, lines.isEmpty, isOfRuntime(function.name) { continue }
            let place = function.place.flatMap { $0.line > 0 ? $0 : nil }
            if declared.isEmpty, image.isModule, let location = function.declaration {
                let name = Self.readable(function.name)
                declared = "\(location.path):\(location.line):\(location.column), in \(name)"
            }
            let isInlined = index < functions.count - 1
            // Inlined code of Swift's own libraries is skipped, because it is not the author's.
            if isInlined, place == nil { continue }
            add(Self.readable(function.name), place, isModule: image.isModule)
        }
    }

    private mutating func add(_ name: String, _ place: SourceLocation?, isModule: Bool) {
        guard let place else {
            if !name.isEmpty { add(line: name) }
            return
        }
        let text = "\(place.path):\(place.line):\(place.column)"
        if self.place.isEmpty, isModule { self.place = "\(text), in \(name)" }
        add(line: "\(name) at \(text)")
    }

    /// Adds a line, or increases the count of the last one if it is the same: recursion.
    private mutating func add(line: String) {
        if line == last {
            repeats += 1
            lines[lines.count - 1] = "\(line) (\(repeats) times)"
        } else {
            last = line
            repeats = 1
            lines.append(line)
        }
    }

    /// Whether this is a runtime function that ends the process; if so, records the reason.
    private mutating func isOfRuntime(_ symbol: String) -> Bool {
        guard let known = Self.endings.first(where: { symbol.contains($0.symbol) }) else {
            return false
        }
        if let reason = known.reason { self.reason = reason }
        return true
    }

    /// The runtime's functions that are called after a failure, with the reason that each
    /// indicates.
    private static let endings: [(symbol: String, reason: String?)] = [
        ("_assertionFailure", "a fatal error"),
        ("_fatalErrorMessage", "a fatal error"),
        ("swift_dynamicCast", "a value is not of the type it was cast to"),
        ("swift_beginAccess", "overlapping accesses to a variable"),
        ("fatalError", nil), ("AccessSet", nil),
    ]

    /// Returns "trap(_:)" for "$s28app_0123456789abcdef012345674trapyySSF".
    private static func readable(_ symbol: String) -> String {
        SymbolicatedBacktrace.Symbol(
            imageIndex: 0, imageName: "", rawName: symbol, offset: 0, sourceLocation: nil
        ).name
    }
}

extension String {
    fileprivate func dropping(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
