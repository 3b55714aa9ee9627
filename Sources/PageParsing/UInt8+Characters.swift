// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let quote = UInt8(ascii: "\"")
    static let apostrophe = UInt8(ascii: "'")
    static let backslash = UInt8(ascii: "\\")
    static let slash = UInt8(ascii: "/")
    static let hash = UInt8(ascii: "#")
    static let percent = UInt8(ascii: "%")
    static let less = UInt8(ascii: "<")
    static let greater = UInt8(ascii: ">")
    static let hyphen = UInt8(ascii: "-")
    static let equal = UInt8(ascii: "=")

    var isNewline: Bool { self == .lineFeed || self == .carriageReturn }

    /// Whether it is white space in HTML, CSS and Swift.
    var isSpace: Bool { self == 32 || (9...13).contains(self) }

    var isLetter: Bool { (65...90).contains(self) || (97...122).contains(self) }

    var isDigit: Bool { (48...57).contains(self) }

    /// Whether it may be part of a Swift identifier or number; letters outside ASCII are included.
    var isWord: Bool { isLetter || isDigit || self == 95 || self == 36 || self >= 128 }

    /// Whether it may be part of a Swift operator; operators outside ASCII are not included.
    var isOperator: Bool { Self.operators.contains(self) }

    var lowercased: UInt8 { (65...90).contains(self) ? self + 32 : self }

    private static let operators = Set("/=-+!*%<>&|^~?.".utf8)
}

extension Collection<UInt8> {
    /// Whether the bytes begin with a text.
    func begins(with text: StaticString) -> Bool {
        var index = startIndex
        for byte in "\(text)".utf8 {
            guard index != endIndex, self[index] == byte else { return false }
            index = self.index(after: index)
        }
        return true
    }
}
