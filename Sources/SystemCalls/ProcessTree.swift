// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The processes that this process has started, directly or indirectly, in all groups and sessions.
package enum ProcessTree {
    /// Makes processes whose parents have ended children of this process, so that all of them can
    /// be found.
    package static func adoptOrphans() {
        typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
        // SAFETY: prctl(2) takes five words; it is variadic in C, and therefore looked up by name.
        guard let symbol = unsafe dlsym(nil, "prctl") else { return }
        let setChildSubreaper: Int32 = 36  // PR_SET_CHILD_SUBREAPER
        _ = unsafe unsafeBitCast(symbol, to: Control.self)(setChildSubreaper, 1, 0, 0, 0)
    }

    /// Kills all of them. Without /proc, they are not known.
    package static func endDescendants() {
        // Each pass kills all processes that it finds; processes started meanwhile are found by the
        // next pass.
        for _ in 0..<200 {
            let found = descendants()
            if found.isEmpty { return }
            for process in found { kill(process, SIGKILL) }
            pause(milliseconds: 2)
        }
    }

    /// Returns the live descendants.
    static func descendants(of process: pid_t = getpid()) -> [pid_t] {
        var children: [pid_t: [pid_t]] = [:]
        for name in (try? FileSystem.names(in: "/proc")) ?? [] {
            guard let id = pid_t(name), let parent = parent(of: id) else { continue }
            children[parent, default: []].append(id)
        }
        var found: [pid_t] = []
        var parents = [process]
        while let parent = parents.popLast() {
            let next = children[parent] ?? []
            found += next
            parents += next
        }
        return found
    }

    /// - Returns: nil if it has ended.
    private static func parent(of process: pid_t) -> pid_t? {
        guard let text = FileSystem.virtualFile("/proc/\(process)/stat"),
            // The name is in parentheses, and may contain some.
            let name = text.utf8.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = text[name...].split(separator: " ", maxSplits: 3)
        guard fields.count > 2, fields[1] != "Z", fields[1] != "X" else { return nil }
        return pid_t(fields[2])
    }
}
