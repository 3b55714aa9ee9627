// SPDX-License-Identifier: Apache-2.0

internal import CookieCoding

/// Signs and encrypts the values of cookies. Name and kind are part of what is signed, so that no value can be
/// taken for one of another cookie or another kind.
struct CookieSeal {
    /// The first byte of what is signed.
    enum Kind: UInt8 {
        case signed = 0x53
        case marshal = 0x4D
        case encrypted = 0x45
    }

    /// A value that has been checked.
    struct Opened {
        let payload: ArraySlice<UInt8>
        let hasCurrentKey: Bool
    }

    /// Random bytes of which an encrypted value's key is made.
    private static let saltSize = 24

    let crypto: Crypto
    let keys: SecretKeys

    /// The value of a cookie with a payload that everybody may read.
    func signed(_ payload: [UInt8], as name: String, _ kind: Kind, expiry: Int?) -> String? {
        var message = Self.context(kind, name, capacity: payload.count + 24)
        let start = message.count
        message += SealedText.head(expiry: expiry)
        message += payload
        return crypto.signature(of: message, key: keys.keys[0]).map {
            SealedText.text(signature: $0, message: message, from: start)
        }
    }

    /// The payload of a signed value; nil where no key has signed it, or its time is over.
    func verified(_ value: [UInt8], as name: String, _ kind: Kind, now: Double) -> Opened? {
        guard let sealed = SealedText(value) else { return nil }
        var message = Self.context(kind, name, capacity: sealed.signed.count)
        message += value[sealed.signed]
        for (index, key) in keys.keys.enumerated()
        where crypto.isSignature(sealed.signature, of: message, key: key) {
            guard !sealed.hasExpired(now: now) else { return nil }
            return Opened(payload: value[sealed.payload], hasCurrentKey: index == 0)
        }
        return nil
    }

    /// The value of a cookie that nobody else can read.
    func encrypted(_ text: [UInt8], as name: String, expiry: Int?) -> String? {
        let salt = Crypto.random(Self.saltSize)
        let message = SealedText.head(expiry: expiry) + text
        guard let key = key(from: keys.keys[0], salt),
            let sealed = crypto.seal(message, with: Array(name.utf8), key: key)
        else { return nil }
        return String(decoding: Base64URL.encode(salt + sealed), as: UTF8.self)
    }

    /// What an encrypted value holds; nil where no key has encrypted it, or its time is over.
    func decrypted(_ value: [UInt8], as name: String, now: Double) -> Opened? {
        guard let bytes = Base64URL.decode(value), bytes.count > Self.saltSize else { return nil }
        let (salt, sealed) = (bytes[..<Self.saltSize], Array(bytes[Self.saltSize...]))
        for (index, own) in keys.keys.enumerated() {
            guard let key = key(from: own, Array(salt)),
                let message = crypto.open(sealed, with: Array(name.utf8), key: key),
                let parts = SealedText.parts(of: message[...])
            else { continue }
            guard !SealedText.hasExpired(parts.expiry, now: now) else { return nil }
            return Opened(payload: message[parts.payload], hasCurrentKey: index == 0)
        }
        return nil
    }

    /// A key for one value: AES-GCM must not meet a key and a nonce twice, and 96 bits of a nonce are too few to
    /// draw them at random for ever (decision 34).
    private func key(from secret: [UInt8], _ salt: [UInt8]) -> [UInt8]? {
        crypto.signature(of: [Kind.encrypted.rawValue] + salt, key: secret)
    }

    /// What is signed before the message. A name holds no "=".
    private static func context(_ kind: Kind, _ name: String, capacity: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count + 2 + capacity)
        bytes.append(kind.rawValue)
        bytes += name.utf8
        bytes.append(UInt8(ascii: "="))
        return bytes
    }
}
