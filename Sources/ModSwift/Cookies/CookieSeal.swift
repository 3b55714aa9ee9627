// SPDX-License-Identifier: Apache-2.0

internal import CookieCoding

/// Signs and encrypts the values of cookies. The signed data include name and kind, so that a value
/// is not valid for another cookie or another kind.
struct CookieSeal {
    /// The first byte of the signed data.
    enum Kind: UInt8 {
        case signed = 0x53
        case marshal = 0x4D
        case encrypted = 0x45
    }

    /// A signed value that has been checked.
    struct Verified {
        /// The position of its payload.
        let payload: Range<Int>
        let hasCurrentKey: Bool
    }

    /// A decrypted value.
    struct Opened {
        let text: String
        let hasCurrentKey: Bool
    }

    /// The number of random bytes from which the key of an encrypted value is derived.
    private static let saltSize = 24

    let crypto: Crypto
    let keys: SecretKeys

    /// Appends the value of a signed cookie, whose payload is readable; false if libcrypto has
    /// failed.
    func appendSigned(
        to text: inout [UInt8], as name: String, _ kind: Kind, expiry: Int?,
        payload appendPayload: (inout [UInt8]) -> Void
    ) -> Bool {
        let start = text.count
        SealedText.appendUnsigned(to: &text, expiry: expiry)
        appendPayload(&text)
        return crypto.sign(&text, from: start, kind: kind.rawValue, name: name, key: keys.keys[0])
    }

    /// Checks a signed value; nil if no key matches the signature, or the value has expired.
    ///
    /// - Parameters:
    ///   - field: The text that the client has sent.
    ///   - value: The position of the value in it.
    func verified(
        _ field: Span<UInt8>, _ value: Range<Int>, as name: String, _ kind: Kind, now: Double
    ) -> Verified? {
        guard let sealed = SealedText(in: field, value), !sealed.hasExpired(now: now) else {
            return nil
        }
        for index in keys.keys.indices
        where crypto.isSignature(
            in: field, at: sealed.signature, of: sealed.signed, kind: kind.rawValue, name: name,
            key: keys.keys[index])
        {
            return Verified(payload: sealed.payload, hasCurrentKey: index == 0)
        }
        return nil
    }

    /// Returns the encrypted value of a cookie.
    func encrypted(_ text: String, as name: String, expiry: Int?) -> [UInt8]? {
        let salt = Crypto.random(Self.saltSize)
        guard let key = key(from: keys.keys[0], salt),
            let sealed = crypto.seal(
                SealedText.head(expiry: expiry) + text.utf8, with: Array(name.utf8), key: key)
        else { return nil }
        return Base64URL.encode(salt + sealed)
    }

    /// Returns the content of an encrypted value; nil if no key matches, or the value has expired.
    func decrypted(_ value: [UInt8], as name: String, now: Double) -> Opened? {
        guard let bytes = Base64URL.decode(value), bytes.count > Self.saltSize else { return nil }
        let (salt, sealed) = (Array(bytes[..<Self.saltSize]), Array(bytes[Self.saltSize...]))
        for index in keys.keys.indices {
            guard let key = key(from: keys.keys[index], salt),
                let content = crypto.open(sealed, with: Array(name.utf8), key: key),
                let parts = SealedText.parts(in: content.span, content.indices)
            else { continue }
            guard !SealedText.hasExpired(parts.expiry, now: now),
                let text = content.span.text(parts.payload)
            else { return nil }
            return Opened(text: text, hasCurrentKey: index == 0)
        }
        return nil
    }

    /// Derives a key for one value: a key and nonce must never be used twice with AES-GCM, and a
    /// nonce of 96 bits is too short to be drawn at random indefinitely (decision 34).
    private func key(from secret: [UInt8], _ salt: [UInt8]) -> [UInt8]? {
        crypto.hmac(of: salt, kind: Kind.encrypted.rawValue, key: secret)
    }
}
