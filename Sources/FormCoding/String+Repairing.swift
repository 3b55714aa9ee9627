// SPDX-License-Identifier: Apache-2.0

extension String {
    /// Makes text of bytes in UTF-8; what is not UTF-8 becomes U+FFFD, as in the Encoding Standard.
    package init(repairing bytes: Span<UInt8>) {
        if let text = try? UTF8Span(validating: bytes) {
            self.init(copying: text)
        } else {
            self.init(decoding: Array(copying: bytes), as: UTF8.self)
        }
    }
}

extension Array {
    /// Makes an array of what a span holds.
    package init(copying span: Span<Element>) {
        self = []
        reserveCapacity(span.count)
        for index in span.indices { append(span[index]) }
    }
}
