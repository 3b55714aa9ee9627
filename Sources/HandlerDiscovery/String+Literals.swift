// SPDX-License-Identifier: Apache-2.0

extension String {
    /// A Swift string literal that means this text.
    var asStringLiteral: String {
        "\"" + unicodeScalars.map { $0.isControl ? $0.numbered : $0.escaped }.joined() + "\""
    }

    /// A literal for `#sourceLocation(file:)`.
    ///
    /// The compiler wants a valid literal but then shows what stands between the quotes as it is,
    /// and ignores the directive when there is a line break; so control characters become `?`.
    var asFileLiteral: String {
        "\"" + unicodeScalars.map { $0.isControl ? "?" : $0.escaped }.joined() + "\""
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { value < 0x20 || value == 0x7F }

    fileprivate var numbered: String { "\\u{\(String(value, radix: 16))}" }

    fileprivate var escaped: String {
        self == "\\" || self == "\"" ? "\\\(self)" : String(self)
    }
}
