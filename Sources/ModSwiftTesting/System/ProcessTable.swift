// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The live processes of this machine.
enum ProcessTable {
    static func children(of parent: pid_t) -> [pid_t] { childEntries(of: parent).map(\.pid) }

    static func childEntries(of parent: pid_t) -> [ProcessEntry] {
        living().filter { $0.parent == parent }
    }

    static func members(ofSession session: pid_t) -> [ProcessEntry] {
        living().filter { $0.session == session }
    }

    /// Returns how often each thread of a process has gone to sleep; nil if one of them is not asleep,
    /// even if other processes have taken its processor.
    static func sleeps(of pid: pid_t) -> [String: String]? {
        let directory = "/proc/\(pid)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        var sleeps: [String: String] = [:]
        for thread in threads {
            // A thread may have ended meanwhile.
            guard let bytes = File.readVirtual("\(directory)/\(thread)/status") else { continue }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            guard lines.contains(where: { $0.hasPrefix("State:\tS") }) else { return nil }
            let prefix = "voluntary_ctxt_switches:"
            sleeps[thread] = lines.first { $0.hasPrefix(prefix) }.map(String.init)
        }
        return sleeps
    }

    /// Returns the fields after the name in /proc/<pid>/stat: state, parent, group, session and
    /// more.
    static func fields(of pid: pid_t) -> [Substring]? {
        guard let bytes = File.readVirtual("/proc/\(pid)/stat"),
            let close = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        return String(decoding: bytes[(close + 1)...], as: UTF8.self).split { $0.isWhitespace }
    }

    /// Returns the live processes. Polled frequently, so it does no unnecessary work.
    private static func living() -> [ProcessEntry] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var entries: [ProcessEntry] = []
        while let next = readdir(folder) {
            guard let pid = withUnsafeBytes(of: &next.pointee.d_name, number),
                let entry = entry(pid),
                !entry.isZombie
            else { continue }
            entries.append(entry)
        }
        return entries
    }

    /// Parses a name as a number; nil if it is not one.
    private static func number(_ name: UnsafeRawBufferPointer) -> pid_t? {
        var number: pid_t = 0
        for byte in name {
            if byte == 0 { break }
            guard (48...57).contains(byte), number < 100_000_000 else { return nil }
            number = number * 10 + pid_t(byte - 48)
        }
        return number > 0 ? number : nil
    }

    /// Returns the entry of a process. Its name may contain any characters, including parentheses:
    /// it ends at the last one.
    private static func entry(_ pid: pid_t) -> ProcessEntry? {
        guard let bytes = File.readVirtual("/proc/\(pid)/stat"),
            let open = bytes.firstIndex(of: UInt8(ascii: "(")),
            let close = bytes.lastIndex(of: UInt8(ascii: ")")), close + 2 < bytes.count
        else { return nil }
        // State, parent, group, session, …: the 18th is the number of threads.
        var numbers: [Int] = []
        var number = 0
        for byte in bytes[(close + 4)...] {
            if (48...57).contains(byte) {
                number = number * 10 + Int(byte - 48)
            } else if byte == UInt8(ascii: " ") {
                numbers.append(number)
                if numbers.count > 16 { break }
                number = 0
            }
        }
        guard numbers.count > 16 else { return nil }
        return ProcessEntry(
            pid: pid, name: String(decoding: bytes[(open + 1)..<close], as: UTF8.self),
            state: bytes[close + 2], parent: pid_t(numbers[0]), session: pid_t(numbers[2]),
            threads: numbers[16])
    }
}
