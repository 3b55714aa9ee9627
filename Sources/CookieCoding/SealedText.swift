// SPDX-License-Identifier: Apache-2.0
//
// The value of a cookie with a signature, on the wire:
//
//     SIGNATURE ":" EXPIRY ":" PAYLOAD
//
// The signature is 32 bytes in base64url, 43 characters. The expiry is seconds since 1970 in decimal, or
// nothing. What is signed is the kind of the cookie, its name, "=", and all after the first colon: a name holds
// no "=", so that no value can be moved to another name or have another expiry.

internal import SystemCalls

/// Where the parts of a signed cookie's value are in the bytes of its field.
package struct SealedText: Equatable, Sendable {
    package static let signatureSize = 43

    package let signature: Range<Int>
    /// Expiry and payload.
    package let signed: Range<Int>
    /// Seconds since 1970.
    package let expiry: Int?
    package let payload: Range<Int>

    /// Appends room for a signature, and what follows it up to the payload.
    package static func appendUnsigned(to text: inout [UInt8], expiry: Int?) {
        // As many characters as a signature has.
        text.append(literal: "-------------------------------------------:")
        if let expiry { text.append(utf8: expiry.description) }
        text.append(UInt8(ascii: ":"))
    }

    /// What is before the payload.
    package static func head(expiry: Int?) -> [UInt8] {
        guard let expiry else { return [UInt8(ascii: ":")] }
        return Array(expiry.description.utf8) + [UInt8(ascii: ":")]
    }

    /// Reads a value; nil for one that has not the form. That its signature holds is another question.
    ///
    /// - Parameter value: Where it is in the bytes.
    package init?(in field: Span<UInt8>, _ value: Range<Int>) {
        let start = value.lowerBound + Self.signatureSize + 1
        guard value.upperBound > start, field[start - 1] == UInt8(ascii: ":"),
            let parts = Self.parts(in: field, start..<value.upperBound)
        else { return nil }
        signature = value.lowerBound..<start - 1
        signed = start..<value.upperBound
        expiry = parts.expiry
        payload = parts.payload
    }

    /// The parts of what was signed.
    package static func parts(
        in field: Span<UInt8>, _ range: Range<Int>
    ) -> (expiry: Int?, payload: Range<Int>)? {
        var index = range.lowerBound
        var number = 0
        // The largest numbers that are written have 16 digits.
        while index < range.upperBound, index - range.lowerBound <= 17 {
            let byte = field[index]
            if byte == UInt8(ascii: ":") {
                let hasExpiry = index > range.lowerBound
                return (hasExpiry ? number : nil, index + 1..<range.upperBound)
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
            index += 1
        }
        return nil
    }

    /// Whether it was to be forgotten before `now`, in seconds since 1970.
    package func hasExpired(now: Double) -> Bool { Self.hasExpired(expiry, now: now) }

    /// Whether a time is over.
    package static func hasExpired(_ expiry: Int?, now: Double) -> Bool {
        expiry.map { Double($0) <= now } ?? false
    }
}
