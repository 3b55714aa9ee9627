// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The processes of this machine that are alive.
enum ProcessTable {
    static func children(of parent: pid_t) -> [pid_t] { childEntries(of: parent).map(\.pid) }

    static func childEntries(of parent: pid_t) -> [ProcessEntry] {
        living().filter { $0.parent == parent }
    }

    static func members(ofSession session: pid_t) -> [ProcessEntry] {
        living().filter { $0.session == session }
    }

    /// What follows the name in /proc/<pid>/stat: state, parent, group, session and more.
    static func fields(of pid: pid_t) -> [Substring]? {
        stat(of: pid)?.fields
    }

    private static func living() -> [ProcessEntry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.compactMap(entry).filter { !$0.isZombie }
    }

    private static func entry(_ pid: pid_t) -> ProcessEntry? {
        guard let (name, fields) = stat(of: pid), fields.count > 17, let parent = pid_t(fields[1]),
            let session = pid_t(fields[3]), let threads = Int(fields[17])
        else { return nil }
        return ProcessEntry(
            pid: pid, name: name, state: String(fields[0]), parent: parent, session: session,
            threads: threads)
    }

    /// A name may hold anything, parentheses too: it ends at the last one.
    private static func stat(of pid: pid_t) -> (name: String, fields: [Substring])? {
        guard let bytes = File.read("/proc/\(pid)/stat") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else {
            return nil
        }
        let fields = text[text.index(after: close)...].split { $0.isWhitespace }
        return (String(text[text.index(after: open)..<close]), fields)
    }
}
