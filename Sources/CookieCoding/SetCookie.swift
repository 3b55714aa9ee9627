// SPDX-License-Identifier: Apache-2.0

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
    /// Seconds since 1970.
    package var expires: Double?
    /// Seconds.
    package var maxAge: Int?
    package var isSecure = false
    package var isHTTPOnly = false
    package var sameSite: SameSite?
    package var isPartitioned = false

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Bytes that a name and its value may have together; browsers drop a cookie with more.
    package static let maximumSize = 4096
    /// Bytes that an attribute's value may have; browsers leave out one with more.
    package static let maximumAttributeSize = 1024

    /// The value of Set-Cookie.
    ///
    /// - Throws: What a browser would drop, or read in another way than it was meant.
    package func serialized() throws(CookieFault) -> String {
        try check()
        var text = name
        text.reserveCapacity(name.utf8.count + value.utf8.count + 128)
        text += "="
        text += value
        add("; Domain=", domain, to: &text)
        add("; Path=", path, to: &text)
        if let expires {
            guard let date = HTTPDate(seconds: expires) else { throw .expires }
            add("; Expires=", date.description, to: &text)
        }
        add("; Max-Age=", maxAge?.description, to: &text)
        if isSecure { text += "; Secure" }
        if isHTTPOnly { text += "; HttpOnly" }
        add("; SameSite=", sameSite?.rawValue, to: &text)
        if isPartitioned { text += "; Partitioned" }
        return text
    }

    /// Appends an attribute that there is. Text by text: an interpolation costs many times as much.
    private func add(_ name: String, _ value: String?, to text: inout String) {
        guard let value else { return }
        text += name
        text += value
    }

    private func check() throws(CookieFault) {
        guard !name.isEmpty else { throw .emptyName }
        if let bad = name.utf8.first(where: { !$0.isTokenCharacter }) { throw .name(bad) }
        try checkValue()
        let size = name.utf8.count + value.utf8.count
        guard size <= Self.maximumSize else { throw .tooLarge(size) }
        if let path { try check(path: path) }
        if let domain { try check(domain: domain) }
        if sameSite == SameSite.none, !isSecure { throw .needsSecure("SameSite=None") }
        if isPartitioned, !isSecure { throw .needsSecure("Partitioned") }
        if let prefix = CookiePrefix(of: name.utf8) { try check(prefix) }
    }

    private func checkValue() throws(CookieFault) {
        var value = value.utf8[...]
        // Quotes around the whole value are part of it.
        if value.count >= 2, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") {
            value = value.dropFirst().dropLast()
        }
        if let bad = value.first(where: { !$0.isCookieOctet }) { throw .value(bad) }
    }

    private func check(path: String) throws(CookieFault) {
        // Browsers take another path for one that does not begin so.
        guard path.utf8.first == UInt8(ascii: "/") else { throw .relativePath }
        if let bad = path.utf8.first(where: { !$0.isAttributeCharacter }) {
            throw .attribute("Path", bad)
        }
        guard path.utf8.count <= Self.maximumAttributeSize else { throw .longAttribute("Path") }
    }

    private func check(domain: String) throws(CookieFault) {
        // Browsers take no notice of a dot in front.
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
