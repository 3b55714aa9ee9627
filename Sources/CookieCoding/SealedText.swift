// SPDX-License-Identifier: Apache-2.0
//
// The value of a cookie with a signature, on the wire:
//
//     SIGNATURE ":" EXPIRY ":" PAYLOAD
//
// The signature is 32 bytes in base64url, 43 characters. The expiry is seconds since 1970 in decimal, or
// nothing. What is signed is the cookie's name, "=", and all after the first colon: a name holds no "=", so
// that no value can be moved to another name or have another expiry.

/// The parts of a signed cookie's value, as they came.
package struct SealedText: Equatable, Sendable {
    package static let signatureSize = 32
    private static let signatureTextSize = 43

    package let signature: [UInt8]
    /// Where what was signed is in the value's bytes.
    package let signed: Range<Int>
    /// Seconds since 1970.
    package let expiry: Int?
    package let payload: Range<Int>

    /// What stands before the payload.
    package static func head(expiry: Int?) -> [UInt8] {
        Array((expiry?.description ?? "").utf8) + [UInt8(ascii: ":")]
    }

    /// The value of a cookie.
    ///
    /// - Parameters:
    ///   - message: What was signed; its cookie's name and what precedes that are left out.
    ///   - start: How many bytes these are.
    package static func text(
        signature: [UInt8], message: [UInt8], from start: Int = 0
    ) -> String {
        var text = Base64URL.encode(signature)
        text.reserveCapacity(text.count + 1 + message.count - start)
        text.append(UInt8(ascii: ":"))
        text += message[start...]
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads a value; nil for one that has not the form. That its signature holds is another question.
    package init?(_ bytes: [UInt8]) {
        let start = Self.signatureTextSize + 1
        guard bytes.count > start, bytes[start - 1] == UInt8(ascii: ":"),
            let signature = Base64URL.decode(bytes[..<(start - 1)]),
            let parts = Self.parts(of: bytes[start...])
        else { return nil }
        self.signature = signature
        signed = start..<bytes.count
        expiry = parts.expiry
        payload = parts.payload
    }

    /// The parts of a message.
    package static func parts(
        of message: ArraySlice<UInt8>
    ) -> (expiry: Int?, payload: Range<Int>)? {
        guard let colon = message.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let payload = colon + 1..<message.endIndex
        if colon == message.startIndex { return (nil, payload) }
        let text = message[..<colon]
        guard text.count <= 18, let expiry = Int(String(decoding: text, as: UTF8.self)) else {
            return nil
        }
        return (expiry, payload)
    }

    /// Whether it was to be forgotten before `now`, in seconds since 1970.
    package func hasExpired(now: Double) -> Bool { Self.hasExpired(expiry, now: now) }

    /// Whether a time is over.
    package static func hasExpired(_ expiry: Int?, now: Double) -> Bool {
        expiry.map { Double($0) <= now } ?? false
    }
}
