// SPDX-License-Identifier: Apache-2.0

/// What httpd's scanner of expressions does not survive: where none of its rules matches, it ends the
/// process ("flex scanner jammed").
///
/// That is so, in httpd 2.4.71, for a quotation mark in the argument of a function, and for a
/// backslash at the very end.
package enum ExpressionText {
    /// Why a text must not come to the scanner; nil where it may, right or wrong.
    ///
    /// A regular expression is read as if it were text: one with `%{name:` and a quotation mark in it
    /// is refused, too.
    package static func problem(of text: String) -> String? {
        var rest = Array(text.utf8)[...]
        var functions = 0
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                if rest.popFirst() == nil { return "it ends in a backslash" }
            case UInt8(ascii: "%") where rest.first == UInt8(ascii: "{"):
                rest = rest.dropFirst().drop(while: isPartOfName)
                // A variable ends at once; in anything else httpd finds a mistake.
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
