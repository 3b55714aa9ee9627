// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

/// Functions for forms.
///
/// Corresponds to the module `util` of mod_python.
public enum Util {
    /// Parses a query string into pairs of names and values, in order.
    ///
    /// Parses as the URL Standard says: `&` is the only separator, and invalid UTF-8 is repaired.
    ///
    /// - Parameters:
    ///   - query: The query string, such as ``Request/args``.
    ///   - keepBlankValues: Whether pairs without a value are kept.
    ///
    /// Corresponds to `util.parse_qsl()` in mod_python.
    public static func parseQSL(
        _ query: String, keepBlankValues: Bool = false
    ) -> [(name: String, value: String)] {
        var parser = URLEncodedParser(keepsBlankValues: keepBlankValues)
        do {
            try parser.feed(Array(query.utf8).span)
            try parser.finish()
        } catch {
            stop("A query without limits was over one")
        }
        return parser.pairs.map { (parser.text($0.name), parser.text($0.value)) }
    }

    /// Parses a query string into the values of each name, in order.
    ///
    /// - Parameters:
    ///   - query: The query string, such as ``Request/args``.
    ///   - keepBlankValues: Whether pairs without a value are kept.
    ///
    /// Corresponds to `util.parse_qs()` in mod_python.
    public static func parseQS(
        _ query: String, keepBlankValues: Bool = false
    ) -> [String: [String]] {
        parseQSL(query, keepBlankValues: keepBlankValues).reduce(into: [:]) { values, pair in
            values[pair.name, default: []].append(pair.value)
        }
    }

    /// Redirects to another address, and ends the phase.
    ///
    /// ```swift
    /// guard form.contains("name") else { try Util.redirect(req, to: "/form.html") }
    /// ```
    ///
    /// - Parameters:
    ///   - req: The request.
    ///   - location: The target. Characters that are not allowed in a URL (spaces, non-ASCII) are
    ///     percent-encoded.
    ///   - permanent: Whether the redirect is permanent (301, not 302).
    ///   - text: The body, HTML; by default, a sentence with a link.
    /// - Throws: ``Status/done`` always, unless the response has begun (``ServerError``) or the
    ///   location contains a line break (``RefusedValue``).
    ///
    /// Corresponds to `util.redirect()` in mod_python, without its defect N4-25.
    public static func redirect(
        _ req: Request, to location: String, permanent: Bool = false, text: String? = nil
    ) throws -> Never {
        guard !req.live.hasSentHead else {
            throw ServerError(32, operation: "redirect", detail: location)
        }
        let address = PercentEncoding.encodeForeign(location)
        try req.errHeadersOut.set("Location", to: address)
        req.status = permanent ? .movedPermanently : .movedTemporarily
        req.contentType = "text/html; charset=utf-8"
        let link = address.htmlEscaped
        req.write(text ?? "<p>The document is at <a href=\"\(link)\">\(link)</a>.</p>\n")
        throw Status.done
    }
}

extension String {
    /// The text with the characters that have a meaning in HTML escaped, for text and quoted
    /// attributes.
    ///
    /// ```swift
    /// req.write("<p title=\"\(name.htmlEscaped)\">")
    /// ```
    public var htmlEscaped: String { HTMLEscaping.escape(self) }

    /// The text with all bytes percent-encoded except letters, digits and `-._~`.
    public var percentEncoded: String { PercentEncoding.encode(self) }

    /// The text with percent-encoding decoded; invalid encodings are kept, and invalid UTF-8 is
    /// repaired.
    public var percentDecoded: String { PercentEncoding.decode(self) }

    /// The text as a name or value of an urlencoded form: like ``percentEncoded``, with `+` for a
    /// space.
    public var formEncoded: String { PercentEncoding.encode(self, spaceAsPlus: true) }
}
