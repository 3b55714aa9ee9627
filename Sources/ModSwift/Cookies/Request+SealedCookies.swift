// SPDX-License-Identifier: Apache-2.0

internal import CookieCoding
internal import Synchronization
internal import ValueCoding

extension Request {
    // MARK: Signed

    /// Returns a cookie with a valid signature; nil if there is none. If there are several with the
    /// name, the first valid one.
    ///
    /// - Parameters:
    ///   - name: Case-sensitive.
    ///   - keys: The keys that may have signed it; nil: the server's, from `SwiftSecretFile`.
    ///
    /// Corresponds to `Cookie.get_cookie(req, name, SignedCookie, secret=…)` in mod_python, which
    /// returned a cookie without a valid signature as a plain one.
    public func signedCookie(_ name: String, keys: SecretKeys? = nil) -> SignedCookie? {
        firstGood(name, keys) { seal, field, value, now in
            guard let verified = seal.verified(field, value, as: name, .signed, now: now),
                let text = field.unescaped(verified.payload)
            else { return nil }
            var cookie = SignedCookie(name, text, attributes: .init())
            cookie.hasCurrentKey = verified.hasCurrentKey
            return cookie
        }
    }

    /// Signs a cookie and adds it to the response, as ``addCookie(_:)`` does.
    ///
    /// - Parameters:
    ///   - cookie: The cookie to sign.
    ///   - keys: The first of them signs; nil: the server's, from `SwiftSecretFile`.
    /// - Throws: ``CookieError``, also if there is no key.
    ///
    /// Corresponds to `Cookie.add_cookie(req, SignedCookie(…))` in mod_python.
    public func addSignedCookie(_ cookie: SignedCookie, keys: SecretKeys? = nil) throws {
        try add(cookie.name, cookie.attributes, keys) { seal, text, expiry in
            seal.appendSigned(to: &text, as: cookie.name, .signed, expiry: expiry) {
                CookieEscape.append(cookie.value, to: &$0)
            }
        }
    }

    // MARK: Of any type

    /// Returns a cookie with a valid signature, its value decoded; nil if there is none, or the
    /// value cannot be decoded as the type. If there are several with the name, the first valid
    /// one.
    ///
    /// - Parameters:
    ///   - name: Case-sensitive.
    ///   - type: The type of the value.
    ///   - keys: The keys that may have signed it; nil: the server's, from `SwiftSecretFile`.
    ///
    /// Corresponds to `Cookie.get_cookie(req, name, MarshalCookie, secret=…)` in mod_python.
    public func marshalCookie<Value: Decodable>(
        _ name: String, as type: Value.Type, keys: SecretKeys? = nil
    ) -> MarshalCookie<Value>? {
        firstGood(name, keys) { seal, field, value, now in
            guard let verified = seal.verified(field, value, as: name, .marshal, now: now),
                let bytes = Base64URL.decode(field.bytes(verified.payload))
            else { return nil }
            do {
                let value = try ValueCoding.Value(serialized: bytes).decoded(as: type)
                var cookie = MarshalCookie(name, value)
                cookie.hasCurrentKey = verified.hasCurrentKey
                return cookie
            } catch {
                log("The cookie \"\(printable(name))\" is no \(type): \(error)", level: .info)
                return nil
            }
        }
    }

    /// Encodes a value, signs it and adds it to the response, as ``addCookie(_:)`` does.
    ///
    /// - Parameters:
    ///   - cookie: The cookie to encode and sign.
    ///   - keys: The first of them signs; nil: the server's, from `SwiftSecretFile`.
    /// - Throws: ``CookieError``, also if there is no key or the value is too large; errors of the
    ///   value's own `encode(to:)`.
    ///
    /// Corresponds to `Cookie.add_cookie(req, MarshalCookie(…))` in mod_python.
    public func addMarshalCookie<Value: Encodable>(
        _ cookie: MarshalCookie<Value>, keys: SecretKeys? = nil
    ) throws {
        let bytes = try ValueCoding.Value(encoding: cookie.value).serialized()
        try add(cookie.name, cookie.attributes, keys) { seal, text, expiry in
            seal.appendSigned(to: &text, as: cookie.name, .marshal, expiry: expiry) {
                $0 += Base64URL.encode(bytes)
            }
        }
    }

    // MARK: Encrypted

    /// Returns the decrypted cookie; nil if there is none that one of the keys has encrypted. If
    /// there are several with the name, the first valid one.
    ///
    /// - Parameters:
    ///   - name: Case-sensitive.
    ///   - keys: The keys that may have encrypted it; nil: the server's, from `SwiftSecretFile`.
    public func encryptedCookie(_ name: String, keys: SecretKeys? = nil) -> EncryptedCookie? {
        firstGood(name, keys) { seal, field, value, now in
            guard let opened = seal.decrypted(field.bytes(value), as: name, now: now)
            else { return nil }
            var cookie = EncryptedCookie(name, opened.text)
            cookie.hasCurrentKey = opened.hasCurrentKey
            return cookie
        }
    }

    /// Encrypts a cookie and adds it to the response, as ``addCookie(_:)`` does.
    ///
    /// - Parameters:
    ///   - cookie: The cookie to encrypt.
    ///   - keys: The first of them encrypts; nil: the server's, from `SwiftSecretFile`.
    /// - Throws: ``CookieError``, also if there is no key.
    public func addEncryptedCookie(_ cookie: EncryptedCookie, keys: SecretKeys? = nil) throws {
        try add(cookie.name, cookie.attributes, keys) { seal, text, expiry in
            guard let value = seal.encrypted(cookie.value, as: cookie.name, expiry: expiry) else {
                return false
            }
            text += value
            return true
        }
    }

    // MARK: Common

    /// Adds a cookie.
    ///
    /// - Parameter appendValue: Appends the cookie's value to the text; false if libcrypto has
    ///   failed.
    private func add(
        _ name: String, _ attributes: Cookie.Attributes, _ keys: SecretKeys?,
        _ appendValue: (CookieSeal, inout [UInt8], _ expiry: Int?) -> Bool
    ) throws {
        guard let keys = keys ?? live.server?.secretKeys else {
            throw CookieError(
                name: name, reason: "there is no key: name a file in SwiftSecretFile, or pass keys")
        }
        let seal = CookieSeal(crypto: try crypto(for: name), keys: keys)
        let expiry = attributes.expiry(now: requestTime)
        var isSealed = false
        let text: [UInt8]
        do {
            text = try SetCookie(name, "", attributes).bytes {
                isSealed = appendValue(seal, &$0, expiry)
            }
        } catch {
            throw CookieError(name: name, reason: error.description)
        }
        guard isSealed else {
            throw CookieError(name: name, reason: "OpenSSL's libcrypto has failed")
        }
        try addSetCookie(text, named: name)
    }

    private func crypto(for name: String) throws(CookieError) -> Crypto {
        do {
            return try Crypto.loaded.get()
        } catch {
            throw CookieError(
                name: name, reason: "libmsw_crypto.so.1 cannot be loaded: \(error.message)")
        }
    }

    /// Returns the result of `open` for the first cookie of a name for which it is not nil.
    private func firstGood<Result>(
        _ name: String, _ keys: SecretKeys?,
        _ open: (CookieSeal, _ field: Span<UInt8>, _ value: Range<Int>, _ now: Double) -> Result?
    ) -> Result? {
        let splitsAtCommas = joinsFieldsByCommas
        return live.withCookieField { field in
            var scanner = CookieScanner(splitsAtCommas: splitsAtCommas)
            var seal: CookieSeal?
            while let cookie = scanner.next(named: name, in: field) {
                if seal == nil { seal = self.seal(keys) }
                guard let seal else { return nil }
                if let result = open(seal, field, cookie.value, requestTime) { return result }
            }
            return nil
        }
    }

    /// Returns a seal that opens values; nil if there is no key or no libcrypto, which is logged.
    private func seal(_ keys: SecretKeys?) -> CookieSeal? {
        guard let keys = keys ?? live.server?.secretKeys else {
            SealProblems.noKeys.log(
                to: self,
                "MSW0630: signed or encrypted cookies are asked for, but there is no key: name a file "
                    + "in SwiftSecretFile; until then all of them are taken for forged")
            return nil
        }
        switch Crypto.loaded {
        case .success(let crypto): return CookieSeal(crypto: crypto, keys: keys)
        case .failure(let error):
            SealProblems.noCrypto.log(
                to: self,
                "MSW0631: libmsw_crypto.so.1 cannot be loaded: \(error.message); signed and encrypted "
                    + "cookies are taken for forged")
            return nil
        }
    }
}

extension Span<UInt8> {
    /// Decodes percent-encoded text; nil if the encoding is not ours.
    fileprivate func unescaped(_ range: Range<Int>) -> String? {
        for index in range where self[index] == UInt8(ascii: "%") {
            return CookieEscape.decode(bytes(range))
        }
        return text(range)
    }
}

/// A problem that is logged once in a child.
private final class SealProblems: Sendable {
    static let noKeys = SealProblems()
    static let noCrypto = SealProblems()

    private let wasLogged = Atomic<Bool>(false)

    func log(to request: Request, _ text: @autoclosure () -> String) {
        guard !wasLogged.exchange(true, ordering: .relaxed) else { return }
        request.log(text(), level: .error)
    }
}

extension Cookie.Attributes {
    /// The time at which the cookie expires, in seconds since 1970; nil if that is left to the
    /// browser.
    fileprivate func expiry(now: Double) -> Int? {
        guard let time = maxAge.map({ now + Double($0) }) ?? expires, !time.isNaN else {
            return nil
        }
        return Int(min(max(time, -1e15), 1e15))
    }
}
