// SPDX-License-Identifier: Apache-2.0

/// Escapes text for HTML.
package enum HTMLEscaping {
    /// Escapes the characters that have a meaning in HTML text or in a quoted attribute value.
    package static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { replacement(for: $0) != nil }) else { return text }
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count + text.utf8.count / 4)
        var rest = text[...]
        while let index = rest.utf8.firstIndex(where: { replacement(for: $0) != nil }) {
            escaped += rest[..<index]
            escaped += replacement(for: rest.utf8[index]) ?? ""
            rest = rest[rest.utf8.index(after: index)...]
        }
        return escaped + rest
    }

    private static func replacement(for byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        default: nil
        }
    }

}
