// SPDX-License-Identifier: Apache-2.0
//
// The serialized form: one byte with the version, then the value as CBOR (RFC 8949) of definite
// lengths, with text keys, without tags and half-precision numbers.

extension Value {
    /// The version that `serialized` writes.
    package static let version: UInt8 = 1

    /// The value as bytes.
    ///
    /// - Throws: `ValueError.tooDeep`.
    package func serialized() throws -> [UInt8] {
        var writer = ValueWriter()
        try writer.write(self, depth: 0)
        return writer.bytes
    }

    /// Parses the result of `serialized`. Any bytes may be passed: invalid ones are an error.
    /// Memory use is limited to a multiple of their number.
    ///
    /// - Throws: `ValueError`.
    package init(serialized bytes: [UInt8]) throws {
        var reader = ValueReader(bytes: bytes)
        let version = try reader.byte()
        guard version == Value.version else { throw ValueError.unknownVersion(version) }
        self = try reader.value(depth: 0)
        guard reader.isAtEnd else {
            throw ValueError.malformed(
                offset: reader.offset, reason: "unexpected data after the value")
        }
    }
}

/// CBOR's major types, in the upper three bits of an item's first byte.
enum MajorType: UInt8 {
    case unsigned, negative, bytes, text, array, map, tag, simple
}

/// First bytes of major type 7.
enum Simple {
    static let no: UInt8 = 0xF4
    static let yes: UInt8 = 0xF5
    static let null: UInt8 = 0xF6
    static let single: UInt8 = 0xFA
    static let double: UInt8 = 0xFB
}
