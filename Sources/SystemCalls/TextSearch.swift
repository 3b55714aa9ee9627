// SPDX-License-Identifier: Apache-2.0

extension StringProtocol {
    /// Whether a text is a part of this one, byte by byte: the standard library's own search would
    /// load the regular expressions into every server.
    package func holds(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        return utf8.indices.contains { utf8[$0...].starts(with: wanted) }
    }
}
