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

    /// The message to be signed, without its name.
    package static func message(expiry: Int?, payload: some Sequence<UInt8>) -> [UInt8] {
        Array((expiry.map(String.init) ?? "").utf8) + [UInt8(ascii: ":")] + payload
    }

    /// The value of a cookie.
    package static func text(signature: [UInt8], message: [UInt8]) -> String {
        String(
            decoding: Base64URL.encode(signature) + [UInt8(ascii: ":")] + message, as: UTF8.self)
    }

    /// Reads a value; nil for one that has not the form. That its signature holds is another question.
    package init?(_ bytes: [UInt8]) {
        let colon = UInt8(ascii: ":")
        let start = Self.signatureTextSize + 1
        guard bytes.count > start, bytes[start - 1] == colon,
            let signature = Base64URL.decode(bytes[..<(start - 1)]),
            let second = bytes[start...].firstIndex(of: colon)
        else { return nil }
        if second > start {
            guard second - start <= 18,
                let expiry = Int(Substring(decoding: bytes[start..<second], as: UTF8.self))
            else { return nil }
            self.expiry = expiry
        } else {
            expiry = nil
        }
        self.signature = signature
        signed = start..<bytes.count
        payload = second + 1..<bytes.count
    }

    /// Whether it was to be forgotten before `now`, in seconds since 1970.
    package func hasExpired(now: Double) -> Bool {
        expiry.map { Double($0) <= now } ?? false
    }
}
