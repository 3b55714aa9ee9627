// SPDX-License-Identifier: Apache-2.0

internal import SessionCoding

/// What `SwiftOption mod_swift.session.…` says of the sessions of a request. Read when it is asked for.
struct SessionOptions {
    private let options: Options

    init(_ options: Options) { self.options = options }

    private func text(_ name: String) -> String? { options["mod_swift.session.\(name)"] }

    /// - Throws: ``SessionError`` for what is no number of the range.
    private func number(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let text = text(name) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            throw SessionError.unsupported(
                "SwiftOption mod_swift.session.\(name) is \"\(text)\"; it takes a number of seconds "
                    + "from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private func flag(_ name: String) throws -> Bool? {
        switch text(name)?.lowercased() {
        case nil: nil
        case "on": true
        case "off": false
        case let other?:
            throw SessionError.unsupported(
                "SwiftOption mod_swift.session.\(name) is \"\(other)\"; it takes On or Off")
        }
    }

    var cookieName: String { text("cookie_name") ?? "mod_swift_session" }
    var cookiePath: String { text("cookie_path") ?? "/" }
    var cookieDomain: String? { text("cookie_domain") }

    /// Whether browsers send the cookie over TLS only; nil: as the request came.
    func cookieIsSecure() throws -> Bool? { try flag("cookie_secure") }

    /// "Lax", "Strict" or "None".
    var cookieSameSite: String { text("cookie_samesite") ?? "Lax" }

    /// Seconds.
    func timeout() throws -> UInt32 {
        let longest = Double(SessionState.longestTimeout)
        return UInt32(try number("timeout", in: 1...longest) ?? 1800)
    }

    /// Seconds.
    func lockTimeout() throws -> Double { try number("lock_timeout", in: 0...3600) ?? 10 }
}
