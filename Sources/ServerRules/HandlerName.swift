// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// Splits a handler name into its two parts: "module::function", or "module" alone.
package func splitHandlerName(_ name: String) -> (module: String, function: String?) {
    let bytes = name.utf8
    var index = bytes.startIndex
    while let colon = bytes[index...].firstIndex(of: UInt8(ascii: ":")) {
        let after = bytes.index(after: colon)
        if after < bytes.endIndex, bytes[after] == UInt8(ascii: ":") {
            return (String(name[..<colon]), String(name[bytes.index(after: after)...]))
        }
        index = after
    }
    return (name, nil)
}

/// Returns the extension of a file name: the part from the first run of dots, with one dot.
///
/// `a.tar.gz` has `.tar.gz`, `a..b` has `.b`, `.b` has `.b`; nil if there is none.
package func fileExtension(of path: String) -> String? {
    let name = FilePath.name(of: path)
    guard let dot = name.firstIndex(of: ".") else { return nil }
    let rest = name[dot...].drop { $0 == "." }
    return rest.isEmpty ? nil : ".\(rest)"
}
