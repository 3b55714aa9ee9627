// SPDX-License-Identifier: Apache-2.0
//
// The standard library's function that appends a text checks the kind of the text twice, and copies
// in two steps.

extension [UInt8] {
    /// Appends the bytes of a literal.
    package mutating func append(literal: StaticString) {
        // SAFETY: a literal is never freed.
        unsafe append(
            contentsOf: UnsafeBufferPointer(
                start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// Appends the UTF-8 of a text.
    package mutating func append(utf8 text: String) {
        var text = text
        // SAFETY: borrowed for the call.
        text.withUTF8 { unsafe append(contentsOf: $0) }
    }
}
