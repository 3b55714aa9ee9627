// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// The location of a trap: its stack, without the frames of httpd and of this library that lead to
/// the handler.
struct TrapStack: Equatable, Sendable {
    /// The frames, innermost first.
    let frames: [CodeAddress]

    /// Creates the stack of a trap; `modules` is the directory of compiled handlers.
    init(_ trap: Trap, modules: String) {
        var frames = trap.frames.enumerated().compactMap { index, address in
            CodeAddress(address, isReturn: index > 0)
        }
        // All frames outside the outermost one of a handler belong to us or to httpd.
        if let last = frames.lastIndex(where: { Self.isModule($0.image, modules) }) {
            frames.removeSubrange((last + 1)...)
        }
        // abort() and the functions that it calls.
        self.frames = Array(frames.drop { FilePath.name(of: $0.image).hasPrefix("libc.so") })
    }

    init(frames: [CodeAddress]) { self.frames = frames }

    /// The innermost location in a handler: two traps at the same location share one report.
    func place(modules: String) -> CodeAddress? {
        frames.first { Self.isModule($0.image, modules) } ?? frames.first
    }

    static func isModule(_ image: String, _ modules: String) -> Bool {
        FilePath.parent(of: image) == modules
    }
}
