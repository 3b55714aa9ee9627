// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// Percent-encoding for values with characters that cookies must not contain. Permitted characters
/// are left unchanged, except "%".
package enum CookieEscape {
    private static let digits = Array("0123456789ABCDEF".utf8)
    private static let percent = UInt8(ascii: "%")

    /// Appends a text, encoded for a cookie.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        if text.allBytes(are: isPlain) { return bytes.append(utf8: text) }
        for byte in text.utf8 {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes += [percent, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool { byte.isCookieOctet && byte != percent }

    /// Returns the text; nil if `append` would not produce these bytes.
    package static func decode(_ bytes: [UInt8]) -> String? {
        guard bytes.contains(percent) else { return String(validating: bytes, as: UTF8.self) }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            guard byte == percent else {
                text.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap({ digits.firstIndex(of: $0) }),
                let low = rest.popFirst().flatMap({ digits.firstIndex(of: $0) })
            else { return nil }
            text.append(UInt8(high << 4 | low))
        }
        return String(validating: text, as: UTF8.self)
    }
}
