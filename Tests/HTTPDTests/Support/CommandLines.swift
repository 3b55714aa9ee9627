// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The command lines of this machine's processes.
enum CommandLines {
    /// Whether a process has a text in its command line, in which each argument ends with NUL.
    static func contain(_ text: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").contains {
            guard Int($0) != nil,
                let line = FileManager.default.contents(atPath: "/proc/\($0)/cmdline")
            else { return false }
            return String(decoding: line, as: UTF8.self).contains(text)
        }
    }
}
