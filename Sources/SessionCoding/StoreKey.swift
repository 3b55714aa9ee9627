// SPDX-License-Identifier: Apache-2.0

/// The 128 bits by which a store knows a record: a session's id, or the digest of a shared value's
/// name.
package struct StoreKey: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The number of hexadecimal digits of its text.
    package static let textLength = 32

    /// Reads 32 lower-case hexadecimal digits; nil for everything else.
    package init?(_ text: String) {
        let bytes = text.utf8.span
        self.init(in: bytes, bytes.indices)
    }

    /// Reads the last 32 characters of a text.
    package init?(endOf text: String) {
        let bytes = text.utf8.span
        guard bytes.count >= Self.textLength else { return nil }
        self.init(in: bytes, bytes.count - Self.textLength..<bytes.count)
    }

    /// Reads a part of some bytes.
    package init?(in bytes: Span<UInt8>, _ range: Range<Int>) {
        guard range.count == Self.textLength, range.lowerBound >= 0,
            range.upperBound <= bytes.count,
            let high = Self.word(in: bytes, at: range.lowerBound),
            let low = Self.word(in: bytes, at: range.lowerBound + 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    private static func word(in bytes: Span<UInt8>, at start: Int) -> UInt64? {
        var word: UInt64 = 0
        for index in start..<start + 16 {
            guard let digit = value(ofDigit: bytes[index]) else { return nil }
            word = word << 4 | digit
        }
        return word
    }

    private static func value(ofDigit byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        default: nil
        }
    }

    /// Its 32 digits.
    package var text: String {
        var digits = [UInt8](repeating: 0, count: Self.textLength)
        for index in 0..<16 {
            let shift = UInt64(60 - 4 * index)
            digits[index] = Self.digit(high &>> shift)
            digits[16 + index] = Self.digit(low &>> shift)
        }
        return String(decoding: digits, as: UTF8.self)
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

    /// The byte of a lock file that stands for it: 62 bits, a legal offset on every system.
    package var lockOffset: Int64 { Int64(high >> 2) }
}
