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
    package init?(_ text: some StringProtocol) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            guard count < Self.textLength, let digit = Self.value(ofDigit: byte) else { return nil }
            if count < 16 { high = high << 4 | digit } else { low = low << 4 | digit }
            count += 1
        }
        guard count == Self.textLength else { return nil }
        self.init(high: high, low: low)
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
        var digits: [UInt8] = []
        digits.reserveCapacity(Self.textLength)
        for word in [high, low] {
            for shift in stride(from: 60, through: 0, by: -4) {
                digits.append(Self.digit(word >> shift))
            }
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
