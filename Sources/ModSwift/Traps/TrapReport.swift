// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// The symbolizer's result for a trap.
struct TrapReport: Sendable {
    /// The reason, as in "Index out of range"; empty if the code does not show it.
    let reason: String
    /// The location, as in "/srv/app/app.swift:12:5, in trap(_:)"; empty if no line is known.
    let place: String
    /// One line for each function on the stack, innermost first.
    let lines: [String]

    /// The maximum number of lines that are logged; recursion has many.
    private static let shownLines = 24

    /// Returns a one-line description of a trap.
    ///
    /// - Parameter words: The message of the code itself.
    func title(_ summary: String, _ words: String?) -> String {
        let reason = combined(words) ?? (reason.isEmpty ? summary : reason)
        return place.isEmpty ? reason : "\(reason) at \(place)"
    }

    private func combined(_ words: String?) -> String? {
        guard let words, !reason.isEmpty, reason != "a fatal error", !words.holds(reason) else {
            return words
        }
        return "\(reason): \(words)"
    }

    /// The location of a thread, to follow a description of its activity; empty if no line is
    /// known.
    var clause: String { place.isEmpty ? "" : ", at \(printable(place))" }

    /// The stack. ASCII, because httpd writes all other bytes as numbers.
    var detail: String {
        let left = lines.count - Self.shownLines
        return
            (lines.prefix(Self.shownLines).map { "    \($0)" }
            + (left > 0 ? ["    ... and \(left) more"] : []) + ["    ... called by mod_swift"])
            .joined(separator: "\n")
    }
}

/// Runs the symbolizer program, mod_swift_symbolize: in a separate process, so that the damaged
/// state of this one cannot affect it.
enum Symbolizer {
    /// The time limit in seconds; a run usually takes some hundredths of a second.
    static let patience = 10.0
    private static let outputLimit = 64 << 10

    /// Finds names and lines; nil if the symbolizer could not.
    static func report(of stack: TrapStack, modules: String) -> TrapReport? {
        var images: [String] = []
        var arguments: [String] = []
        for frame in stack.frames {
            let index = images.firstIndex(of: frame.image) ?? images.count
            if index == images.count {
                images.append(frame.image)
                let kind = TrapStack.isModule(frame.image, modules) ? "module" : "library"
                arguments.append("\(kind)=\(frame.image)")
            }
            let sign = frame.isReturn ? "+" : "@"
            arguments.append("frame=\(index)\(sign)\(String(frame.offset, radix: 16))")
        }
        let directory = LibraryImage.directory
        let process = ChildProcess(
            path: "\(directory)/mod_swift_symbolize", arguments: arguments,
            environment: ["LANG=C.UTF-8", "LD_LIBRARY_PATH=\(directory)"], directory: "/",
            group: .own, reportsExit: true)
        let result = try? process.run(
            until: .now.advanced(bySeconds: patience), outputLimit: outputLimit,
            watching: BackgroundThread.lifeline?.descriptor)
        guard let result, result.end == .exited(0) else { return nil }
        let lines = String(decoding: result.output, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count > 2 else { return nil }
        // The generated function around a page's code has no name of the author's.
        let page = ", in page(_msw:)"
        let place = lines[1].hasSuffix(page) ? String(lines[1].dropLast(page.count)) : lines[1]
        return TrapReport(
            reason: lines[0], place: place, lines: lines[2...].filter { !$0.isEmpty })
    }
}
