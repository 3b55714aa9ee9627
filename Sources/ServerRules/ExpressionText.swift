// SPDX-License-Identifier: Apache-2.0

/// Texts that httpd's expression scanner does not survive: if none of its rules matches, it ends
/// the process ("flex scanner jammed").
///
/// In httpd 2.4.71, that happens for a quotation mark in the argument of a function, and for a
/// backslash at the very end.
package enum ExpressionText {
    /// Returns the reason why a text must not be passed to the scanner; nil if it may be passed,
    /// valid or not.
    ///
    /// A regular expression is treated like text: one that contains `%{name:` and a quotation mark
    /// is also rejected.
    package static func problem(of text: String) -> String? {
        var rest = Array(text.utf8)[...]
        var functions = 0
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                if rest.popFirst() == nil { return "it ends in a backslash" }
            case UInt8(ascii: "%") where rest.first == UInt8(ascii: "{"):
                rest = rest.dropFirst().drop(while: isPartOfName)
                // A variable ends immediately; for anything else httpd reports an error.
                switch rest.popFirst() {
                case UInt8(ascii: ":"): functions += 1
                case UInt8(ascii: "}"): break
                default: return nil
                }
            case UInt8(ascii: "}"):
                functions = max(0, functions - 1)
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                if functions > 0 {
                    return "an argument in %{…:…} holds a quotation mark; put a backslash before it"
                }
            default: break
            }
        }
        return nil
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
