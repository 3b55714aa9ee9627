// SPDX-License-Identifier: Apache-2.0
//
// A token for forms: a mask, and the secret combined with it, as 64 hexadecimal digits. Each page
// shows a different token, so that compression reveals nothing about the secret (BREACH).

/// The token that proves that a form came from a page of the same session.
package struct CSRFToken {
    /// The length of the secret in bytes.
    package static let secretLength = 16

    /// Returns the text for a form.
    ///
    /// - Parameter mask: Random bytes, as many as the secret has.
    package static func text(of secret: [UInt8], mask: [UInt8]) -> String {
        let masked = zip(secret, mask).map { $0 ^ $1 }
        return String(decoding: (mask + masked).flatMap(digits), as: UTF8.self)
    }

    /// Whether a text is a token for a secret. Takes the same time for every wrong token.
    package static func matches(_ text: String, _ secret: [UInt8]) -> Bool {
        guard secret.count == secretLength, let bytes = bytes(of: text),
            bytes.count == 2 * secretLength
        else { return false }
        var difference: UInt8 = 0
        for index in 0..<secretLength {
            difference |= bytes[index] ^ bytes[index + secretLength] ^ secret[index]
        }
        return difference == 0
    }

    private static func digits(_ byte: UInt8) -> [UInt8] {
        [byte >> 4, byte & 15].map {
            $0 < 10 ? UInt8(ascii: "0") + $0 : UInt8(ascii: "a") - 10 + $0
        }
    }

    private static func bytes(of text: String) -> [UInt8]? {
        guard text.utf8.count == 4 * secretLength else { return nil }
        var bytes: [UInt8] = []
        for half in text.utf8.enumerated() {
            let digit: UInt8
            switch half.element {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = half.element - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                digit = half.element - UInt8(ascii: "a") + 10
            default: return nil
            }
            if half.offset % 2 == 0 {
                bytes.append(digit << 4)
            } else {
                bytes[half.offset / 2] |= digit
            }
        }
        return bytes
    }
}
