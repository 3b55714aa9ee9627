// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// Where a trap was: its stack, without httpd's frames and those of this library that lead to the
/// handler.
struct TrapStack: Equatable, Sendable {
    /// Innermost first.
    let frames: [CodeAddress]

    /// The whole stack of a trap; `modules` is the directory of compiled handlers.
    init(_ trap: Trap, modules: String) {
        var frames = trap.frames.enumerated().compactMap { index, address in
            CodeAddress(address, isReturn: index > 0)
        }
        // Below the outermost frame of a handler all is ours or httpd's.
        if let last = frames.lastIndex(where: { Self.isModule($0.image, modules) }) {
            frames.removeSubrange((last + 1)...)
        }
        // abort() and what it calls.
        self.frames = Array(frames.drop { FilePath.name(of: $0.image).hasPrefix("libc.so") })
    }

    init(frames: [CodeAddress]) { self.frames = frames }

    /// The innermost place in a handler: two traps at one place are told as one.
    func place(modules: String) -> CodeAddress? {
        frames.first { Self.isModule($0.image, modules) } ?? frames.first
    }

    static func isModule(_ image: String, _ modules: String) -> Bool {
        FilePath.parent(of: image) == modules
    }
}
