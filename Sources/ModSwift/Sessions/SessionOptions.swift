// SPDX-License-Identifier: Apache-2.0

internal import SessionCoding

/// The values of `SwiftOption mod_swift.session.…` for a request, read at each access.
struct SessionOptions {
    private let options: Options

    init(_ options: Options) { self.options = options }

    /// - Throws: ``SessionError`` if the value is not a number in the range.
    private func number(_ name: StaticString, in range: ClosedRange<Double>) throws -> Double? {
        guard let text = options.value(name) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            throw SessionError.unsupported(
                "SwiftOption \(name) is \"\(text)\"; it takes a number of seconds "
                    + "from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private func flag(_ name: StaticString) throws -> Bool? {
        switch options.value(name)?.lowercased() {
        case nil: nil
        case "on": true
        case "off": false
        case let other?:
            throw SessionError.unsupported(
                "SwiftOption \(name) is \"\(other)\"; it takes On or Off")
        }
    }

    var cookieName: String {
        options.value("mod_swift.session.cookie_name") ?? "mod_swift_session"
    }
    var cookiePath: String { options.value("mod_swift.session.cookie_path") ?? "/" }
    var cookieDomain: String? { options.value("mod_swift.session.cookie_domain") }

    /// Whether browsers send the cookie only over TLS; nil: only if the request came over TLS.
    func cookieIsSecure() throws -> Bool? { try flag("mod_swift.session.cookie_secure") }

    /// "Lax", "Strict" or "None".
    var cookieSameSite: String { options.value("mod_swift.session.cookie_samesite") ?? "Lax" }

    /// The timeout in seconds.
    func timeout() throws -> UInt32 {
        let longest = Double(SessionState.longestTimeout)
        return UInt32(try number("mod_swift.session.timeout", in: 1...longest) ?? 1800)
    }

    /// The timeout in seconds.
    func lockTimeout() throws -> Double {
        try number("mod_swift.session.lock_timeout", in: 0...3600) ?? 10
    }
}
