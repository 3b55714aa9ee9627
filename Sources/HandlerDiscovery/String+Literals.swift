// SPDX-License-Identifier: Apache-2.0

extension String {
    /// A Swift string literal for this text.
    var asStringLiteral: String {
        "\"" + unicodeScalars.map { $0.isControl ? $0.numbered : $0.escaped }.joined() + "\""
    }

    /// A literal for `#sourceLocation(file:)`.
    ///
    /// The compiler requires a valid literal but then prints the text between the quotes unchanged,
    /// and ignores the directive if it contains a line break; therefore control characters become
    /// `?`.
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
