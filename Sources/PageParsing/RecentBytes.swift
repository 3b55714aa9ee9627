// SPDX-License-Identifier: Apache-2.0

/// The last eight bytes of a text, in lower case.
struct RecentBytes: Equatable {
    private var value: UInt64 = 0

    var last: UInt8 { UInt8(truncatingIfNeeded: value) }

    mutating func append(_ byte: UInt8) { value = value << 8 | UInt64(byte.lowercased) }

    mutating func removeAll() { value = 0 }

    /// Whether they end with the beginning of a tag: "<", "</" and letters.
    var endsInTag: Bool {
        var rest = value
        var letters = 0
        while UInt8(truncatingIfNeeded: rest).isLetter {
            rest >>= 8
            letters += 1
        }
        let byte = UInt8(truncatingIfNeeded: rest)
        if byte == .less { return true }
        // The oldest byte may have been preceded by a "<".
        return byte == .slash && (letters == 7 || UInt8(truncatingIfNeeded: rest >> 8) == .less)
    }

    /// Whether they end with a text of up to eight ASCII characters.
    func end(with text: StaticString) -> Bool {
        var wanted: UInt64 = 0
        var mask: UInt64 = 0
        for byte in "\(text)".utf8 {
            wanted = wanted << 8 | UInt64(byte)
            mask = mask << 8 | 0xFF
        }
        return value & mask == wanted
    }
}
