// SPDX-License-Identifier: Apache-2.0

/// What a Content-Type says about a form's body.
package enum FormMediaType: Equatable, Sendable {
    /// `application/x-www-form-urlencoded`.
    case urlencoded
    /// `multipart/…` with a boundary.
    case multipart(boundary: [UInt8])
    /// `multipart/…` whose boundary is missing or cannot be one.
    case multipartWithoutBoundary
    /// Something else.
    case other

    /// The longest boundary: RFC 2046 5.1.1.
    private static let longestBoundary = 70

    /// Reads the value of a Content-Type field.
    package init(_ contentType: [UInt8]) {
        // Most forms: their parameters say nothing.
        if Self.isURLEncoded(contentType) {
            self = .urlencoded
            return
        }
        guard let value = ParameterizedValue(contentType) else {
            let start = contentType.prefix(10).map(ASCII.lowercased)
            self = start.elementsEqual("multipart/".utf8) ? .multipartWithoutBoundary : .other
            return
        }
        if value.value.hasPrefix("multipart/") {
            guard let boundary = value["boundary"], Self.isBoundary(boundary) else {
                self = .multipartWithoutBoundary
                return
            }
            self = .multipart(boundary: boundary)
        } else {
            self = .other
        }
    }

    private static func isURLEncoded(_ contentType: [UInt8]) -> Bool {
        let type = contentType.prefix { $0 != ASCII.semicolon }.trimmed
        return "application/x-www-form-urlencoded".utf8.elementsEqual(type) {
            $0 == ASCII.lowercased($1)
        }
    }

    private static func isBoundary(_ bytes: [UInt8]) -> Bool {
        (1...longestBoundary).contains(bytes.count) && bytes.allSatisfy { $0 >= ASCII.space }
    }
}
