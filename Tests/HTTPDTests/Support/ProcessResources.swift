// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Linux's information about a process.
enum ProcessResources {
    /// Returns its private memory in KB; throws if it has ended.
    static func memory(of process: pid_t) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("Private_Dirty") }
        let size = line?.split(separator: " ").compactMap { Int($0) }.first
        guard let size else { throw Unexpected(text: "\(process) has ended") }
        return size
    }

    /// Returns the number of its descriptors.
    static func descriptors(of process: pid_t) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
    }
}
