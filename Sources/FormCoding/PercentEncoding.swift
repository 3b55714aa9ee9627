// SPDX-License-Identifier: Apache-2.0

/// Percent-encoding of URLs and of urlencoded forms.
package enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Encodes all bytes except those that RFC 3986 calls unreserved.
    ///
    /// - Parameter spaceAsPlus: Whether a space becomes `+`, as in forms.
    package static func encode(_ text: String, spaceAsPlus: Bool = false) -> String {
        encode(text, spaceAsPlus: spaceAsPlus, unless: ASCII.isUnreserved)
    }

    private static func encode(
        _ text: String, spaceAsPlus: Bool = false, unless isPlain: (UInt8) -> Bool
    ) -> String {
        if text.utf8.allSatisfy(isPlain) { return text }
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count * 3)
        for byte in text.utf8 {
            if isPlain(byte) {
                encoded.append(byte)
            } else if spaceAsPlus, byte == ASCII.space {
                encoded.append(ASCII.plus)
            } else {
                encoded.append(ASCII.percent)
                encoded.append(digits[Int(byte >> 4)])
                encoded.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Encodes the bytes that are not allowed in a URL, such as spaces and bytes of non-ASCII
    /// letters; existing encodings are kept.
    package static func encodeForeign(_ url: String) -> String {
        encode(url) { byte in
            byte == ASCII.percent || ASCII.isUnreserved(byte)
                || ":/?#[]@!$&'()*+,;=".utf8.contains(byte)
        }
    }

    /// Decodes percent-encoding; a `%` that is not followed by two hexadecimal digits is kept.
    /// Invalid UTF-8 becomes U+FFFD.
    package static func decode(_ text: String, plusAsSpace: Bool = false) -> String {
        let input = Array(text.utf8)
        var decoded: [UInt8] = []
        decoded.reserveCapacity(input.count)
        var index = 0
        while index < input.count {
            let byte = input[index]
            index += 1
            if byte == ASCII.percent, index + 1 < input.count,
                let high = ASCII.hexadecimalValue(input[index]),
                let low = ASCII.hexadecimalValue(input[index + 1])
            {
                decoded.append(high << 4 | low)
                index += 2
            } else {
                decoded.append(plusAsSpace && byte == ASCII.plus ? ASCII.space : byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
