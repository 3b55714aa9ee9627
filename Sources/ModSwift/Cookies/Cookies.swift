// SPDX-License-Identifier: Apache-2.0

internal import CookieCoding

/// The cookies of a request, in the order in which the client has sent them.
///
/// ```swift
/// if let theme = req.cookies["theme"]?.value { … }
/// for cookie in req.cookies { req.write("\(cookie.name)=\(cookie.value)\n") }
/// ```
///
/// They are parsed as RFC 6265bis says: a semicolon ends a cookie, also inside quotes; nothing is
/// decoded or unquoted; invalid UTF-8 is repaired. A malformed cookie does not affect the others.
///
/// Corresponds to the result of `Cookie.get_cookies()` in mod_python, which kept only the last
/// cookie of a name.
public struct Cookies: Sequence, Sendable {
    /// The Cookie field; several fields are joined.
    private let field: [UInt8]
    private let splitsAtCommas: Bool

    init(field: [UInt8], splitsAtCommas: Bool) {
        self.field = field
        self.splitsAtCommas = splitsAtCommas
    }

    /// The first cookie with a name; nil if there is none. Browsers send the cookie with the
    /// longest path, the most specific one, first.
    ///
    /// - Parameter name: Case-sensitive.
    ///
    /// Corresponds to `Cookie.get_cookie()` in mod_python.
    public subscript(name: String) -> Cookie? {
        CookieScanner.first(named: name, in: field.span, splittingAtCommas: splitsAtCommas)
            .map(cookie)
    }

    /// The values of all cookies with a name, in order.
    ///
    /// - Parameter name: Case-sensitive.
    public func values(for name: String) -> [String] {
        filter { $0.name == name }.map(\.value)
    }

    /// Returns an iterator over the cookies.
    public func makeIterator() -> Iterator { Iterator(of: self) }

    /// An iterator over the cookies of a request, in order.
    public struct Iterator: IteratorProtocol {
        private let cookies: Cookies
        private var scanner: CookieScanner

        init(of cookies: Cookies) {
            self.cookies = cookies
            scanner = CookieScanner(splitsAtCommas: cookies.splitsAtCommas)
        }

        /// Returns the next cookie; nil after the last.
        public mutating func next() -> Cookie? {
            let cookies = cookies
            return scanner.next(in: cookies.field.span).map(cookies.cookie)
        }
    }

    private func cookie(_ ranges: CookieRanges) -> Cookie {
        Cookie(
            String(decoding: field[ranges.name], as: UTF8.self),
            String(decoding: field[ranges.value], as: UTF8.self))
    }
}
