// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
    /// Whether it is a space or tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    var lowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }

    private var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    /// Whether it is allowed in a token (RFC 9110 5.6.2), such as a cookie's name.
    var isTokenCharacter: Bool {
        if isAlphanumeric { return true }
        return switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
            UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Whether it is allowed in a cookie's value (RFC 6265bis 4.1.1): visible ASCII without `"`,
    /// `,`, `;` and `\`.
    var isCookieOctet: Bool {
        switch self {
        case UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\\"): false
        default: self > 0x20 && self < 0x7F
        }
    }

    /// Whether it is allowed in an attribute's value: ASCII without control characters and `;`.
    var isAttributeCharacter: Bool { self >= 0x20 && self < 0x7F && self != UInt8(ascii: ";") }

    var isDomainCharacter: Bool { isAlphanumeric || self == UInt8(ascii: "-") }
}
