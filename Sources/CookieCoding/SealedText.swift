// SPDX-License-Identifier: Apache-2.0
//
// The text of a signed cookie's value:
//
//     SIGNATURE ":" EXPIRY ":" PAYLOAD
//
// The signature is 32 bytes in base64url, 43 characters. The expiry is seconds since 1970 in
// decimal, or empty. The signed data are the kind of the cookie, its name, "=", and everything
// after the first colon: a name contains no "=", so that no value can be moved to another name or
// get another expiry.

internal import SystemCalls

/// The positions of the parts of a signed cookie's value in the bytes of its field.
package struct SealedText: Equatable, Sendable {
    package static let signatureSize = 43

    package let signature: Range<Int>
    /// The signed part: expiry and payload.
    package let signed: Range<Int>
    /// The expiry in seconds since 1970.
    package let expiry: Int?
    package let payload: Range<Int>

    /// Appends space for a signature, and the text between signature and payload.
    package static func appendUnsigned(to text: inout [UInt8], expiry: Int?) {
        // The same number of characters as a signature.
        text.append(literal: "-------------------------------------------:")
        if let expiry { text.append(utf8: expiry.description) }
        text.append(UInt8(ascii: ":"))
    }

    /// Returns the text before the payload.
    package static func head(expiry: Int?) -> [UInt8] {
        guard let expiry else { return [UInt8(ascii: ":")] }
        return Array(expiry.description.utf8) + [UInt8(ascii: ":")]
    }

    /// Parses a value; nil if it does not have this form. Does not check the signature.
    ///
    /// - Parameter value: The position of the value in the bytes.
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

    /// Returns the parts of the signed data.
    package static func parts(
        in field: Span<UInt8>, _ range: Range<Int>
    ) -> (expiry: Int?, payload: Range<Int>)? {
        var index = range.lowerBound
        var number = 0
        // The largest numbers that we write have 16 digits.
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

    /// Whether it expired before `now`, in seconds since 1970.
    package func hasExpired(now: Double) -> Bool { Self.hasExpired(expiry, now: now) }

    /// Whether an expiry is before `now`.
    package static func hasExpired(_ expiry: Int?, now: Double) -> Bool {
        expiry.map { Double($0) <= now } ?? false
    }
}
