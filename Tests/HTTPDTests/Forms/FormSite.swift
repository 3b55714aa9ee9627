// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import TestCases

/// A server whose handler prints the form that it received.
enum FormSite {
    /// Prints one line for each field: name, content, file name, type.
    static let teller = """
        func hexadecimal(_ bytes: [UInt8]) -> String {
            bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        func line(_ name: String, _ bytes: [UInt8], _ filename: String?, _ type: String) -> String {
            "\\(name.percentEncoded) \\(hexadecimal(bytes)) "
                + "\\(filename.map { "=\\($0.percentEncoded)" } ?? "-") \\(type)\\n"
        }
        func handler(_ req: Request) throws -> String {
            try req.form().map { line($0.name, $0.bytes, $0.filename, $0.type) }.joined()
        }
        """

    /// Parses the fields in such lines.
    static func fields(_ text: String) -> [TestedField] {
        text.split(separator: "\n").map(TestedField.init)
    }
}

/// A field as a handler has printed it.
struct TestedField: Equatable {
    var name: String
    var value: [UInt8]
    var filename: String?
    var type: String

    var text: String { String(decoding: value, as: UTF8.self) }

    init(_ line: Substring) {
        var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        // An error document has other lines.
        words += Array(repeating: "?", count: max(0, 4 - words.count))
        name = words[0].removingPercentEncoding ?? "?"
        var digits = words[1][...]
        value = []
        while let byte = UInt8(digits.prefix(2), radix: 16) {
            value.append(byte)
            digits = digits.dropFirst(2)
        }
        filename = words[2] == "-" ? nil : words[2].dropFirst().removingPercentEncoding
        type = words[3]
    }

    /// Whether it matches a case's expectation.
    func isRight(_ expected: FormCase.Field) -> Bool {
        let isValue =
            expected.value_b64.map { Base64.decode($0) == value } ?? (expected.value == text)
        let isType = expected.type == nil || type == expected.type
        return name == expected.name && isValue && filename == expected.filename && isType
    }
}
