// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// A cookie to be set, and its text for Set-Cookie.
package struct SetCookie: Equatable, Sendable {
    package enum SameSite: String, Sendable {
        case strict = "Strict"
        case lax = "Lax"
        case none = "None"
    }

    package var name: String
    package var value: String
    package var path: String?
    package var domain: String?
    /// The expiry in seconds since 1970.
    package var expires: Double?
    /// The lifetime in seconds.
    package var maxAge: Int?
    package var isSecure: Bool
    package var isHTTPOnly: Bool
    package var sameSite: SameSite?
    package var isPartitioned: Bool

    package init(
        name: String, value: String, path: String? = nil, domain: String? = nil,
        expires: Double? = nil, maxAge: Int? = nil, isSecure: Bool = false,
        isHTTPOnly: Bool = false, sameSite: SameSite? = nil, isPartitioned: Bool = false
    ) {
        self.name = name
        self.value = value
        self.path = path
        self.domain = domain
        self.expires = expires
        self.maxAge = maxAge
        self.isSecure = isSecure
        self.isHTTPOnly = isHTTPOnly
        self.sameSite = sameSite
        self.isPartitioned = isPartitioned
    }

    /// The maximum size of a name and its value together, in bytes; browsers drop a larger cookie.
    package static let maximumSize = 4096
    /// The maximum size of an attribute's value, in bytes; browsers ignore a larger one.
    package static let maximumAttributeSize = 1024

    /// The value of Set-Cookie, as text.
    ///
    /// - Throws: The reason why a browser would drop the cookie, or parse it differently.
    package func serialized() throws(CookieFault) -> String {
        String(decoding: try bytes(), as: UTF8.self)
    }

    /// The value of Set-Cookie.
    ///
    /// - Throws: The reason why a browser would drop the cookie, or parse it differently.
    package func bytes() throws(CookieFault) -> [UInt8] {
        try checkValue()
        return try bytes { $0.append(utf8: value) }
    }

    /// The value of Set-Cookie.
    ///
    /// - Parameter appendValue: Appends the value, instead of `value`, with characters that a
    ///   cookie may contain.
    /// - Throws: The reason why a browser would drop the cookie, or parse it differently.
    package func bytes(
        appending appendValue: (inout [UInt8]) -> Void
    ) throws(CookieFault) -> [UInt8] {
        try checkName()
        var text: [UInt8] = []
        text.reserveCapacity(
            Self.usualSize + value.utf8.count + (path?.utf8.count ?? 0) + (domain?.utf8.count ?? 0))
        text.append(utf8: name)
        text.append(UInt8(ascii: "="))
        appendValue(&text)
        try check(size: text.count - 1)
        text.append("; Domain=", domain)
        text.append("; Path=", path)
        if let expires {
            guard let date = HTTPDate(seconds: expires) else { throw .expires }
            text.append("; Expires=", date.description)
        }
        text.append("; Max-Age=", maxAge?.description)
        if isSecure { text.append(literal: "; Secure") }
        if isHTTPOnly { text.append(literal: "; HttpOnly") }
        text.append("; SameSite=", sameSite?.rawValue)
        if isPartitioned { text.append(literal: "; Partitioned") }
        return text
    }

    /// The usual size of a name, a signature, and all attributes except path and domain.
    private static let usualSize = 224

    private func checkName() throws(CookieFault) {
        guard !name.isEmpty else { throw .emptyName }
        if let bad = name.firstByte(where: { !$0.isTokenCharacter }) { throw .name(bad) }
    }

    /// - Parameter size: The size of name and value.
    private func check(size: Int) throws(CookieFault) {
        guard size <= Self.maximumSize else { throw .tooLarge(size) }
        if let path { try check(path: path) }
        if let domain { try check(domain: domain) }
        if sameSite == SameSite.none, !isSecure { throw .needsSecure("SameSite=None") }
        if isPartitioned, !isSecure { throw .needsSecure("Partitioned") }
        if let prefix = CookiePrefix(of: name) { try check(prefix) }
    }

    private func checkValue() throws(CookieFault) {
        guard let bad = value.firstByte(where: { !$0.isCookieOctet }) else { return }
        // Quotes around the whole value are part of the value.
        let quote = UInt8(ascii: "\"")
        guard bad == quote, value.utf8.count >= 2, value.utf8.first == quote,
            value.utf8.last == quote
        else { throw .value(bad) }
        if let bad = value.utf8.dropFirst().dropLast().first(where: { !$0.isCookieOctet }) {
            throw .value(bad)
        }
    }

    private func check(path: String) throws(CookieFault) {
        // Browsers replace a path that does not begin with a slash.
        guard path.utf8.first == UInt8(ascii: "/") else { throw .relativePath }
        if let bad = path.firstByte(where: { !$0.isAttributeCharacter }) {
            throw .attribute("Path", bad)
        }
        guard path.utf8.count <= Self.maximumAttributeSize else { throw .longAttribute("Path") }
    }

    private func check(domain: String) throws(CookieFault) {
        // Browsers ignore a leading dot.
        let labels =
            (domain.utf8.first == UInt8(ascii: ".") ? domain.utf8.dropFirst() : domain.utf8[...])
            .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        for label in labels {
            guard !label.isEmpty else { throw .domain }
            if let bad = label.first(where: { !$0.isDomainCharacter }) {
                throw .attribute("Domain", bad)
            }
        }
        guard domain.utf8.count <= 254 else { throw .longAttribute("Domain") }
    }

    private func check(_ prefix: CookiePrefix) throws(CookieFault) {
        let isKept =
            isSecure
            && (!prefix.isForHost || (path == "/" && domain == nil))
            && (!prefix.isForHTTP || isHTTPOnly)
        guard isKept else { throw .prefix(prefix) }
    }
}

extension String {
    @inline(__always)
    func allBytes(are isMeant: (UInt8) -> Bool) -> Bool { firstByte { !isMeant($0) } == nil }

    @inline(__always)
    fileprivate func firstByte(where isMeant: (UInt8) -> Bool) -> UInt8? {
        let bytes = utf8.span
        var index = 0
        while index < bytes.count {
            if isMeant(bytes[index]) { return bytes[index] }
            index += 1
        }
        return nil
    }
}

extension [UInt8] {
    /// Appends an attribute, unless its value is nil.
    fileprivate mutating func append(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        append(literal: name)
        append(utf8: value)
    }
}
