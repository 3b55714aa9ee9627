// SPDX-License-Identifier: Apache-2.0

extension StringProtocol {
    /// Whether it contains a text, compared byte by byte: the standard library's own search would
    /// load the regular expressions into every server.
    package func holds(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        return utf8.indices.contains { utf8[$0...].starts(with: wanted) }
    }
}

/// Whether two names, as of headers and directives, are equal: ASCII letters are case-insensitive.
package func namesAreEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (left.utf8, right.utf8)
    return left.count == right.count && left.elementsEqual(right) { $0.lowercase == $1.lowercase }
}

extension UInt8 {
    /// The lower case of an ASCII letter; any other byte unchanged.
    package var lowercase: UInt8 { (65...90).contains(self) ? self + 32 : self }
}
