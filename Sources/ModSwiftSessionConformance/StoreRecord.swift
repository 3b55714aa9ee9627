// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Bytes as mod_swift passes them to a store: four letters and a version, the expiry, the rest.
struct StoreRecord: Equatable {
    static let smallest = 64
    private static let magic: [UInt8] = Array("MSWS".utf8) + [1, 0, 0, 0]
    private static let numberOffset = 48

    private(set) var bytes: [UInt8]

    /// Creates a record that contains a number.
    ///
    /// - Parameters:
    ///   - size: Its size in bytes.
    ///   - seconds: The time until it expires.
    init(number: Int, size: Int = smallest, expiresIn seconds: Double = 600) {
        bytes = Self.magic
        // All values of a byte, including NUL.
        bytes += (Self.magic.count..<max(size, Self.smallest)).map { UInt8(truncatingIfNeeded: $0) }
        put(Int(Date().timeIntervalSince1970 + seconds) * 1000, at: 8)
        put(number, at: Self.numberOffset)
    }

    /// Creates a record from bytes that a store has returned; nil if they are shorter than any
    /// record.
    init?(bytes: [UInt8]) {
        guard bytes.count >= Self.smallest else { return nil }
        self.bytes = bytes
    }

    var number: Int { word(at: Self.numberOffset) }

    /// The expiry in seconds since 1970.
    var expires: Double { Double(word(at: 8)) / 1000 }

    /// Returns the record with another expiry.
    func expiring(at seconds: Double) -> StoreRecord {
        var record = self
        record.put(Int(seconds * 1000), at: 8)
        return record
    }

    private mutating func put(_ number: Int, at offset: Int) {
        for index in 0..<8 {
            bytes[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
        }
    }

    private func word(at offset: Int) -> Int {
        (0..<8).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
}
