// SPDX-License-Identifier: Apache-2.0

/// The 128 bits that identify a record in a store: a session's id, or the digest of a shared
/// value's name.
package struct StoreKey: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The number of hexadecimal digits in its text.
    package static let textLength = 32

    /// Parses 32 lower-case hexadecimal digits; nil for any other text.
    package init?(_ text: String) {
        let bytes = text.utf8.span
        self.init(in: bytes, bytes.indices)
    }

    /// Parses a part of bytes.
    package init?(in bytes: Span<UInt8>, _ range: Range<Int>) {
        guard range.count == Self.textLength, range.lowerBound >= 0,
            range.upperBound <= bytes.count,
            let high = Self.word(in: bytes, at: range.lowerBound),
            let low = Self.word(in: bytes, at: range.lowerBound + 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    private static func word(in bytes: Span<UInt8>, at start: Int) -> UInt64? {
        // The compiler knows the count, and therefore omits bounds checks.
        let digits = bytes.extracting(start..<start + 16)
        var (first, last) = (UInt64(0), UInt64(0))
        for index in 0..<8 {
            first = first &<< 8 | UInt64(digits[index])
            last = last &<< 8 | UInt64(digits[index + 8])
        }
        guard let high = number(ofDigits: first), let low = number(ofDigits: last) else {
            return nil
        }
        return high &<< 32 | low
    }

    /// Returns the number of eight digits, one in each byte, all at once: nil if one is none.
    private static func number(ofDigits digits: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let sixteens = 16 &* ones
        let letters = (digits &>> 6) & ones
        // A letter's lower half is 1 to 6.
        let values = (digits & (15 &* ones)) &+ (9 &* letters)
        // A digit begins with 3, a letter with 6; a digit's value is below 10, a letter's is not, and
        // is below 16.
        guard digits & (0xF0 &* ones) == 0x30 &* (ones &+ letters),
            (values &+ (6 &* ones)) & sixteens == letters &<< 4, values & sixteens == 0
        else { return nil }
        let bytes = (values | values &>> 4) & 0x00FF_00FF_00FF_00FF
        let pairs = (bytes | bytes &>> 8) & 0x0000_FFFF_0000_FFFF
        return (pairs | pairs &>> 16) & 0xFFFF_FFFF
    }

    /// Its 32 digits.
    package var text: String {
        var digits = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<16 {
            let shift = UInt64(60 - 4 * index)
            digits[index] = Self.digit(high &>> shift)
            digits[16 + index] = Self.digit(low &>> shift)
        }
        guard let text = try? UTF8Span(validating: digits.span) else {
            preconditionFailure("Digits are UTF-8")
        }
        return String(copying: text)
    }

    private static func digit(_ value: UInt64) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value & 15)
        return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }

    /// Its bytes, most significant first.
    package var bytes: [UInt8] {
        [high, low].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
    }

    /// The offset of the byte in a lock file that represents it: 62 bits, valid on every system.
    package var lockOffset: Int64 { Self.lockOffset(high) }

    private static func lockOffset(_ high: UInt64) -> Int64 { Int64(high >> 2) }

    /// Returns the lock offset of a store's key that ends with the digits of a StoreKey; nil if it
    /// does not.
    package static func lockOffset(ofKey text: String) -> Int64? {
        let bytes = text.utf8.span
        guard bytes.count >= textLength else { return nil }
        return word(in: bytes, at: bytes.count - textLength).map(lockOffset)
    }
}
