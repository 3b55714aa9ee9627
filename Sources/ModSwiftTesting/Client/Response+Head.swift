// SPDX-License-Identifier: Apache-2.0

extension Response {
    /// Sets the properties from a head.
    mutating func take(_ head: ResponseHead, bytes: [UInt8]) {
        version = head.version
        status = head.status
        reason = head.reason
        headers = head.headers
        self.head = bytes
    }

    /// Returns the words of a header field that is a list, in lower case.
    func words(of name: String) -> [String] {
        headers.values(for: name)
            .flatMap { $0.split(separator: ",") }
            .map { $0.filter { !$0.isWhitespace }.lowercased() }
    }
}
