// SPDX-License-Identifier: Apache-2.0

package import DebugSymbols

/// The libraries that the modules which an object file imports ask to be linked with.
///
/// The compiler leaves them in a section of its own. The driver has them taken out by a program
/// (swift-autolink-extract), which does what stands here and takes as long as the linker.
package enum AutolinkEntries {
    /// The linker's arguments of an object file, each once.
    ///
    /// - Returns: nil where one of them is no library: what clang would make of it is not known.
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
