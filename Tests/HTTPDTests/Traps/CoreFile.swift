// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A core file of a 64-bit Linux process: the process, and the signal that ended it.
struct CoreFile {
    let path: String
    let process: pid_t
    let signal: Int

    /// - Returns: Nil if the file is not a core file.
    init?(_ path: String) throws {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        // The notes come first, after the list of segments.
        let bytes = [UInt8](try file.read(upToCount: 1 << 20) ?? Data())
        func number(_ type: (some FixedWidthInteger).Type, _ place: Int) -> Int {
            guard place >= 0, place + type.bitWidth / 8 <= bytes.count else { return 0 }
            let parts = bytes[place..<place + type.bitWidth / 8].reversed()
            return parts.reduce(0) { $0 << 8 | Int($1) }
        }
        let isCore = 4
        guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2]), number(UInt16.self, 16) == isCore
        else { return nil }
        let segments = number(UInt32.self, 32)
        let isNote = 4
        let note = (0..<number(UInt16.self, 56)).map { segments + $0 * number(UInt16.self, 54) }
            .first { number(UInt32.self, $0) == isNote }
        guard let note else { return nil }
        var place = number(UInt32.self, note + 8)
        let end = place + number(UInt32.self, note + 32)
        var (process, signal): (Int?, Int?)
        while place + 12 <= end, process == nil || signal == nil {
            let (name, size) = (number(UInt32.self, place), number(UInt32.self, place + 4))
            let content = place + 12 + (name + 3) / 4 * 4
            switch number(UInt32.self, place + 8) {
            // NT_PRSTATUS of the thread that took the signal, pr_cursig.
            case 1: signal = signal ?? number(UInt16.self, content + 12)
            // NT_PRPSINFO, pr_pid.
            case 3: process = process ?? number(UInt32.self, content + 24)
            default: break
            }
            place = content + (size + 3) / 4 * 4
        }
        guard let process, let signal else { return nil }
        self.path = path
        self.process = pid_t(process)
        self.signal = signal
    }

    // MARK: The system's settings

    /// kernel.core_pattern.
    private static let pattern =
        (try? String(contentsOfFile: "/proc/sys/kernel/core_pattern", encoding: .utf8))?
        .trimmingCharacters(in: .newlines) ?? ""

    /// The directory of the pattern; nil: the working directory of the process.
    static var directory: String? {
        guard pattern.hasPrefix("/"), let end = pattern.lastIndex(of: "/") else { return nil }
        return String(pattern[..<end])
    }

    /// The reason why this machine writes no core file that a test could find; nil if it does.
    static var obstacle: String? {
        if pattern.isEmpty { return "there is no kernel.core_pattern" }
        if pattern.hasPrefix("|") { return "kernel.core_pattern is a program: \(pattern)" }
        if let directory {
            var state = stat()
            guard !directory.contains("%"), stat(directory, &state) == 0,
                state.st_mode & S_IWOTH != 0
            else {
                return "not everybody may write to \(directory), which kernel.core_pattern names"
            }
        }
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        if limit.rlim_max == 0, geteuid() != 0 { return "ulimit -c is 0 and cannot be raised" }
        if access("/usr/bin/prlimit", X_OK) != 0 { return "there is no prlimit to raise ulimit -c" }
        return nil
    }
}
