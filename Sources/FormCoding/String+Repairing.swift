// SPDX-License-Identifier: Apache-2.0

extension String {
    /// Creates text from UTF-8 bytes; invalid UTF-8 becomes U+FFFD, as in the Encoding Standard.
    package init(repairing bytes: Span<UInt8>) {
        if let text = try? UTF8Span(validating: bytes) {
            self.init(copying: text)
        } else {
            self.init(decoding: Array(copying: bytes), as: UTF8.self)
        }
    }
}

extension Array {
    /// Creates an array from the contents of a span.
    package init(copying span: Span<Element>) {
        self = []
        reserveCapacity(span.count)
        for index in span.indices { append(span[index]) }
    }
}
