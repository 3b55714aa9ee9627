// SPDX-License-Identifier: Apache-2.0
//
// The interface that a page's code calls: for the code that the builder generates, not for authors.

internal import PageParsing

// SAFETY: the position belongs to the output, which is referenced.
/// Writes the text of a page.
@_documentation(visibility: internal)
@safe @frozen public struct PageText {
    @usableFromInline let position: UnsafeMutablePointer<PagePosition>
    @usableFromInline let output: PageOutput

    init(_ output: PageOutput) {
        unsafe position = output.position
        self.output = output
    }

    /// Writes a piece of the page's text.
    @inlinable @inline(__always)
    public func callAsFunction(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        // SAFETY: the bytes of a literal are never freed; grow(by:) has made room for them.
        if unsafe position.pointee.room < count { output.grow(by: count) }
        unsafe position.pointee.next.update(from: text.utf8Start, count: count)
        unsafe position.pointee.next += count
        unsafe position.pointee.room -= count
    }

    /// Records the page's current location, for an error that is thrown there.
    public func at(_ file: Int, _ line: Int, _ column: Int) {
        output.place = (file, line, column)
    }
}

// SAFETY: the position belongs to the output, which is referenced.
/// Writes data, escaped for its context.
@_documentation(visibility: internal)
@safe @frozen public struct PageSink {
    @usableFromInline let position: UnsafeMutablePointer<PagePosition>
    @usableFromInline let output: PageOutput
    @usableFromInline let kind: Int

    init(_ output: PageOutput, _ context: HTMLContext) {
        unsafe position = output.position
        self.output = output
        kind = Self.contexts.firstIndex(of: context) ?? 0
    }

    private static let contexts: [HTMLContext] = [
        .text, .attribute, .url, .urlName, .urlQuery, .urlList, .scriptString, .styleString,
        .comment, .raw,
    ]

    private var context: HTMLContext { Self.contexts[kind] }

    /// Writes text.
    public func callAsFunction(_ text: String) {
        var text = text
        // SAFETY: the bytes are borrowed for the call.
        text.withUTF8 { bytes in unsafe output.append(bytes, context) }
    }

    /// Writes text.
    public func callAsFunction(_ text: Substring) { self(String(text)) }

    /// Writes a number.
    @inlinable @inline(__always)
    public func callAsFunction(_ number: Int) {
        // Digits are the same in all contexts.
        if number >= 0, number < 10_000, unsafe position.pointee.room >= 4 {
            unsafe position.pointee.append(digits: UInt32(truncatingIfNeeded: number))
        } else {
            write(number)
        }
    }

    /// Writes any number.
    public func write(_ number: Int) {
        switch context {
        case .scriptString, .styleString, .comment: self(number.description)
        default: output.append(decimal: number)
        }
    }

    /// Writes a value's description.
    public func callAsFunction(_ value: some CustomStringConvertible) { self(value.description) }

    /// Writes an error's text, as in the error log.
    @_disfavoredOverload
    public func callAsFunction(_ error: any Error) { self(ErrorDescription.text(of: error)) }

    /// Writes HTML: unchanged between tags, and escaped as data elsewhere.
    public func callAsFunction(_ html: HTML) { self(Markup(html.text)) }

    /// Writes markup: unchanged between tags, and escaped as data elsewhere.
    public func callAsFunction(_ markup: Markup) {
        var html = markup.html
        // SAFETY: the bytes are borrowed for the call.
        html.withUTF8 { bytes in
            switch context {
            case .text, .raw: unsafe output.append(UnsafeRawBufferPointer(bytes))
            case .attribute: unsafe output.append(markup: bytes)
            default: unsafe output.append(bytes, context)
            }
        }
    }

    /// An optional value cannot be written.
    @available(*, unavailable, message: "give a value for nil, as in value ?? \"\"")
    public func callAsFunction<Value>(_ value: Value?) {}

    /// Nor can a value without a description.
    @available(
        *, unavailable,
        message:
            "this value is not text: write a part of it, or \"\\(value)\" for what Swift prints"
    )
    public func callAsFunction<Value>(_ value: Value) {}
}
