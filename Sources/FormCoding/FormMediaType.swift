// SPDX-License-Identifier: Apache-2.0

/// The kind of a form's body according to its Content-Type.
package enum FormMediaType: Equatable, Sendable {
    /// `application/x-www-form-urlencoded`.
    case urlencoded
    /// `multipart/…` with a boundary.
    case multipart(boundary: [UInt8])
    /// `multipart/…` with a missing or invalid boundary.
    case multipartWithoutBoundary
    /// Any other type.
    case other

    /// The maximum length of a boundary: RFC 2046 5.1.1.
    private static let longestBoundary = 70

    /// Parses the value of a Content-Type field.
    package init(_ contentType: [UInt8]) {
        // A fast path for most forms, whose parameters have no meaning.
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
