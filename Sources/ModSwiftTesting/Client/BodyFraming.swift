// SPDX-License-Identifier: Apache-2.0

/// The way in which the end of a response's body is determined (RFC 9112, section 6.3).
enum BodyFraming: Equatable {
    case none
    case length(Int)
    case chunked
    case untilClose

    init(of response: Response, answering method: String) throws {
        let lengths = Set(response.headers.values(for: "Content-Length"))
        let codings = response.words(of: "Transfer-Encoding")
        if method == "HEAD" || [101, 204, 304].contains(response.status) {
            self = .none
        } else if codings.isEmpty {
            self = try Self.byLength(lengths)
        } else if codings == ["chunked"] && lengths.isEmpty {
            self = .chunked
        } else {
            throw HTTPClientError(
                .malformed, "Transfer-Encoding \(codings) with Content-Length \(lengths)")
        }
    }

    private static func byLength(_ lengths: Set<String>) throws -> BodyFraming {
        guard let text = lengths.first else { return .untilClose }
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard lengths.count == 1, isNumber, let length = Int(text) else {
            throw HTTPClientError(.malformed, "Content-Length \(lengths)")
        }
        return .length(length)
    }
}
