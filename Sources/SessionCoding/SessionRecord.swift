// SPDX-License-Identifier: Apache-2.0
//
// The stored form of a session:
//
//      0  "MSWS", format (1), 3 zero bytes
//      8  expiry, in milliseconds since 1970
//     16  creation, in milliseconds since 1970
//     24  time-out in seconds (4 bytes), number of bytes of the values (4 bytes)
//     32  revision
//     40  checksum of all but the expiry and itself
//     48  the values
//
// Numbers are little-endian. The expiry may be overwritten in place.

/// A session in its stored form.
package struct SessionRecord: Equatable, Sendable {
    /// The expiry in milliseconds since 1970. After it the record counts as absent.
    package var expires: Int64
    /// The time of creation in milliseconds since 1970.
    package var created: Int64
    /// The time in seconds after which an unused session expires.
    package var timeout: UInt32
    /// The number of writes.
    package var revision: UInt64
    /// The encoded values.
    package var values: [UInt8]

    package init(
        expires: Int64, created: Int64, timeout: UInt32, revision: UInt64, values: [UInt8]
    ) {
        self.expires = expires
        self.created = created
        self.timeout = timeout
        self.revision = revision
        self.values = values
    }

    /// The number of bytes before the values.
    package static let headerSize = 48
    /// The offset of the expiry.
    package static let expiryOffset = 8
    /// The maximum size of the values in bytes.
    package static let largestValues = 1 << 20

    private static let magic: UInt64 = 0x0000_0001_5357_534d  // "MSWS", 1

    /// The last use that was recorded, in milliseconds since 1970.
    package var accessed: Int64 { expires - Int64(timeout) * 1000 }

    /// The bytes for a store.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerSize + values.count)
        bytes.append(word: Self.magic)
        bytes.append(word: UInt64(bitPattern: expires))
        bytes.append(word: UInt64(bitPattern: created))
        bytes.append(word: sizes)
        bytes.append(word: revision)
        bytes.append(word: checksum)
        bytes.append(contentsOf: values)
        return bytes
    }

    /// Timeout and number of bytes in one word.
    private var sizes: UInt64 {
        UInt64(timeout) | UInt64(UInt32(truncatingIfNeeded: values.count)) << 32
    }

    /// Parses a record; nil if the bytes are not a complete record.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.headerSize, Self.word(bytes, 0) == Self.magic else { return nil }
        let sizes = Self.word(bytes, 3)
        guard Int(sizes >> 32) == bytes.count - Self.headerSize else { return nil }
        self.init(
            expires: Int64(bitPattern: Self.word(bytes, 1)),
            created: Int64(bitPattern: Self.word(bytes, 2)),
            timeout: UInt32(truncatingIfNeeded: sizes), revision: Self.word(bytes, 4),
            values: Array(bytes[Self.headerSize...]))
        guard Self.word(bytes, 5) == checksum else { return nil }
    }

    /// Returns the expiry of an encoded record; nil if the bytes are not a record. Reads only the
    /// header.
    package static func expiry(of bytes: some Collection<UInt8>) -> Int64? {
        guard bytes.count >= headerSize else { return nil }
        let header = Array(bytes.prefix(16))
        guard word(header, 0) == magic else { return nil }
        return Int64(bitPattern: word(header, 1))
    }

    /// Returns an expiry as it is encoded in a record.
    package static func expiryBytes(_ expires: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: expires >> (8 * $0)) }
    }

    private static func word(_ bytes: [UInt8], _ index: Int) -> UInt64 {
        bytes.word(at: index * 8)
    }

    /// Detects damaged records; it is no protection against an attacker who can write records.
    private var checksum: UInt64 {
        var sum = Checksum()
        sum.add(UInt64(bitPattern: created))
        sum.add(sizes)
        sum.add(revision)
        sum.add(values)
        return sum.value
    }
}

extension [UInt8] {
    /// Appends a number as eight bytes, little-endian.
    fileprivate mutating func append(word: UInt64) {
        for index in 0..<8 as Range<UInt64> {
            append(UInt8(truncatingIfNeeded: word &>> (8 &* index)))
        }
    }

    /// Returns eight bytes as a number, little-endian.
    fileprivate func word(at start: Int) -> UInt64 {
        // The compiler knows the count, and therefore makes a single load.
        let bytes = span.extracting(start..<start + 8)
        let low =
            UInt32(bytes[0]) | UInt32(bytes[1]) &<< 8 | UInt32(bytes[2]) &<< 16 | UInt32(bytes[3])
            &<< 24
        let high =
            UInt32(bytes[4]) | UInt32(bytes[5]) &<< 8 | UInt32(bytes[6]) &<< 16 | UInt32(bytes[7])
            &<< 24
        return UInt64(low) | UInt64(high) &<< 32
    }
}

/// A checksum over words: multiply and fold.
private struct Checksum {
    private(set) var value: UInt64 = 0x9e37_79b9_7f4a_7c15

    mutating func add(_ word: UInt64) {
        let product = (value ^ word).multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
        value = product.high ^ product.low &+ 0x2545_f491_4f6c_dd1d
    }

    mutating func add(_ bytes: [UInt8]) {
        var index = 0
        while index + 8 <= bytes.count {
            add(bytes.word(at: index))
            index += 8
        }
        guard index < bytes.count else { return }
        add(bytes[index...].reversed().reduce(UInt64(1)) { $0 << 8 | UInt64($1) })
    }
}
