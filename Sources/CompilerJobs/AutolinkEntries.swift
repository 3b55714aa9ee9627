// SPDX-License-Identifier: Apache-2.0

package import DebugSymbols

/// The libraries that the modules imported by an object file require for linking.
///
/// The compiler stores them in a separate section. The driver extracts them with a program
/// (swift-autolink-extract), which does the same as this code but takes as long as the linker.
package enum AutolinkEntries {
    /// Returns the linker's arguments for an object file, without repetitions.
    ///
    /// - Returns: nil if one of them is not a library, because clang's treatment of it is unknown.
    package static func libraries(of object: ELFImage) -> [String]? {
        var entries: [String] = []
        for part in object.contents(".swift1_autolink_entries").split(separator: 0) {
            let entry = String(decoding: part, as: UTF8.self)
            guard entry.hasPrefix("-l") else { return nil }
            if !entries.contains(entry) { entries.append(entry) }
        }
        return entries
    }
}
