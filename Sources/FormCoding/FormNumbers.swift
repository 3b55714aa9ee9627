// SPDX-License-Identifier: Apache-2.0

/// Parses numbers and Boolean values in forms.
enum FormNumbers {
    /// Returns the text without blanks at its ends, which people may type before and after numbers.
    private static func trimmed(_ text: String) -> Substring {
        var rest = text[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }

    /// Parses an integer.
    static func integer<T: FixedWidthInteger>(_ text: String) -> Result<T, FormNumberError> {
        let digits = trimmed(text)
        if let number = T(digits) { return .success(number) }
        if digits.isEmpty { return .failure(.empty) }
        let unsigned = digits.drop { $0 == "-" || $0 == "+" }
        let isNumber =
            digits.utf8.count - unsigned.utf8.count <= 1 && !unsigned.isEmpty
            && unsigned.utf8.allSatisfy { (48...57).contains($0) }
        return .failure(isNumber ? .outOfRange : .notANumber)
    }

    /// Parses a number in HTML's format: digits, a fraction, an exponent; nothing else, such as
    /// "nan".
    static func floatingPoint<T: BinaryFloatingPoint & LosslessStringConvertible>(
        _ text: String
    ) -> Result<T, FormNumberError> {
        let digits = trimmed(text)
        if digits.isEmpty { return .failure(.empty) }
        guard digits.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }),
            let number = T(String(digits))
        else { return .failure(.notANumber) }
        return number.isFinite ? .success(number) : .failure(.outOfRange)
    }

    /// Parses the value of a checkbox, or a word for true or false.
    static func bool(_ text: String) -> Bool? {
        switch text {
        case "on", "true", "1": true
        case "off", "false", "0": false
        default: nil
        }
    }
}

enum FormNumberError: Error {
    case empty
    case notANumber
    case outOfRange
}
