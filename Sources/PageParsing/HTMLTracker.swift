// SPDX-License-Identifier: Apache-2.0
//
// The states of the HTML tokenizer
// (https://html.spec.whatwg.org/multipage/parsing.html#tokenization), as far as they matter for
// data between the pieces of a page's text. Data that could change the state is rejected.

/// Tracks the state of the document at the current position in a page's text.
package struct HTMLTracker: Equatable {
    enum State: Equatable {
        case data
        case tagOpen
        case endTagOpen
        case tagName
        /// Between attributes.
        case beforeName
        case attributeName
        case afterName
        /// Attributes were written on one path to this position and not on another: a name must not
        /// continue here.
        case betweenAttributes(afterSpace: Bool)
        case beforeValue
        case value(quote: UInt8)
        case unquotedValue
        /// After "<!", before the kind of declaration is known.
        case markupDeclaration
        case comment
        /// `<!doctype …>`, `<?…>` and similar, which end with the first ">".
        case bogusComment
        case characterData
        /// Text of an element that contains no elements: title, textarea, style, script …
        case rawText
        /// After `<plaintext>`, which never ends.
        case plainText
    }

    private(set) var state = State.data
    private var tag: [UInt8] = []
    private var isEndTag = false
    private var name: [UInt8] = []
    private var value = AttributeTracker(name: [], element: [])
    /// The element that contains the text, in state `rawText`.
    private var element: [UInt8] = []
    private var script = ScriptTracker()
    private var style = StyleTracker()
    /// The number of `<!--` and `<script` in a script that hide its end tag.
    private var escapes = 0
    private var recent = RecentBytes()
    /// The number of open SVG and MathML elements: their text is never raw.
    private var foreign = 0

    package init() {}

    /// Processes a piece of the page's text.
    package mutating func take(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { take(byte) }
    }

    // MARK: Text

    private mutating func take(_ byte: UInt8) {
        switch state {
        case .data: if byte == .less { state = .tagOpen }
        case .plainText: break
        case .tagOpen, .endTagOpen: takeTagOpen(byte)
        case .tagName: takeTagName(byte)
        case .beforeName: takeBeforeName(byte)
        case .attributeName: takeAttributeName(byte)
        case .afterName: takeAfterName(byte)
        case .betweenAttributes: takeBetween(byte)
        case .beforeValue: takeBeforeValue(byte)
        case .value(let quote): if byte == quote { state = .beforeName } else { value.take(byte) }
        case .unquotedValue:
            if byte.isSpace { state = .beforeName } else if byte == .greater { endTag() }
        case .markupDeclaration: takeMarkupDeclaration(byte)
        case .comment: takeComment(byte)
        case .bogusComment: if byte == .greater { state = .data }
        case .characterData: if byte == .greater, recent.end(with: "]]") { state = .data }
        case .rawText: takeRawText(byte)
        }
        recent.append(byte)
    }

    private mutating func takeTagOpen(_ byte: UInt8) {
        let isEnd = state == .endTagOpen
        if byte.isLetter {
            (tag, isEndTag, state) = ([byte.lowercased], isEnd, .tagName)
        } else if byte == .slash, !isEnd {
            state = .endTagOpen
        } else if byte == UInt8(ascii: "!"), !isEnd {
            state = .markupDeclaration
            name = []
        } else if isEnd {
            state = byte == .greater ? .data : .bogusComment
        } else if byte == UInt8(ascii: "?") {
            state = .bogusComment
        } else {
            state = byte == .less ? .tagOpen : .data
        }
    }

    private mutating func takeTagName(_ byte: UInt8) {
        if byte.isSpace || byte == .slash {
            state = .beforeName
        } else if byte == .greater {
            endTag()
        } else {
            tag.append(byte.lowercased)
        }
    }

    private mutating func takeBeforeName(_ byte: UInt8) {
        if byte.isSpace || byte == .slash { return }
        if byte == .greater { return endTag() }
        (name, state) = ([byte.lowercased], .attributeName)
    }

    private mutating func takeAttributeName(_ byte: UInt8) {
        if byte == .equal {
            state = .beforeValue
        } else if byte.isSpace {
            state = .afterName
        } else if byte == .slash {
            state = .beforeName
        } else if byte == .greater {
            endTag()
        } else {
            name.append(byte.lowercased)
        }
    }

    private mutating func takeAfterName(_ byte: UInt8) {
        if byte == .equal { state = .beforeValue } else { takeBeforeName(byte) }
        if byte == .slash { state = .beforeName }
    }

    private mutating func takeBetween(_ byte: UInt8) {
        if byte.isSpace || byte == .slash {
            state = .betweenAttributes(afterSpace: true)
        } else {
            takeBeforeName(byte)
        }
    }

    private mutating func takeBeforeValue(_ byte: UInt8) {
        if byte.isSpace { return }
        if byte == .quote || byte == .apostrophe {
            value = AttributeTracker(name: name, element: tag)
            state = .value(quote: byte)
        } else if byte == .greater {
            endTag()
        } else {
            state = .unquotedValue
        }
    }

    private mutating func takeMarkupDeclaration(_ byte: UInt8) {
        name.append(byte)
        if name == Array("--".utf8) {
            state = .comment
            // "<!-->" and "<!--->" are complete comments.
            recent.removeAll()
            name = []
        } else if name == Array("[CDATA[".utf8), foreign > 0 {
            state = .characterData
        } else if byte == .greater {
            state = .data
        } else if !"[CDATA[".utf8.starts(with: name), name != [.hyphen] {
            state = .bogusComment
        }
    }

    private mutating func takeComment(_ byte: UInt8) {
        guard byte == .greater else {
            if name.count < 2 { name.append(byte) }
            return
        }
        let isAtStart = name.isEmpty || name == [.hyphen]
        if isAtStart || recent.end(with: "--") || recent.end(with: "--!") { state = .data }
        if state == .comment, name.count < 2 { name.append(byte) }
    }

    // MARK: Elements

    private mutating func endTag() {
        let isSelfClosed = recent.last == .slash
        state = .data
        let name = String(decoding: tag, as: UTF8.self)
        if name == "svg" || name == "math" {
            if !isSelfClosed { foreign = max(0, foreign + (isEndTag ? -1 : 1)) }
            return
        }
        guard !isEndTag else { return }
        if name == "plaintext" { state = .plainText }
        // SVG elements with the names of raw-text elements contain ordinary text. Data in SVG
        // scripts and styles is rejected; therefore they are tracked as raw text here, too.
        let isRaw =
            foreign == 0
            ? Self.rawElements.contains(name) : ["script", "style"].contains(name) && !isSelfClosed
        guard isRaw else { return }
        element = tag
        state = .rawText
        (script, style, escapes) = (ScriptTracker(), StyleTracker(), 0)
        recent.removeAll()
    }

    private static let rawElements: Set = [
        "title", "textarea", "style", "script", "xmp", "iframe", "noembed", "noframes",
    ]

    private var isScript: Bool { element.elementsEqual("script".utf8) }
    private var isStyle: Bool { element.elementsEqual("style".utf8) }

    private mutating func takeRawText(_ byte: UInt8) {
        if byte.isSpace || byte == .slash || byte == .greater, endsElement {
            (tag, isEndTag) = (element, true)
            state = .beforeName
            if byte == .greater { endTag() }
            return
        }
        if isScript { takeScript(byte) }
        if isStyle { style.take(byte) }
    }

    /// Whether the text so far ends with `</` and the element's name.
    private var endsElement: Bool {
        guard escapes < 2 else { return false }
        return switch String(decoding: element, as: UTF8.self) {
        case "title": recent.end(with: "</title")
        case "style": recent.end(with: "</style")
        case "script": recent.end(with: "</script")
        case "xmp": recent.end(with: "</xmp")
        // The name is longer than the recorded bytes: compare its end only.
        case "textarea": recent.end(with: "textarea")
        case "iframe": recent.end(with: "</iframe")
        case "noembed": recent.end(with: "/noembed")
        default: recent.end(with: "noframes")
        }
    }

    private mutating func takeScript(_ byte: UInt8) {
        script.take(byte)
        // "Escaped" and "double escaped" in the terms of the standard.
        if byte == .hyphen, escapes == 0, recent.end(with: "<!-") { escapes = 1 }
        if byte == .greater, escapes > 0, recent.end(with: "--") { escapes = 0 }
        guard byte.isSpace || byte == .slash || byte == .greater else { return }
        if escapes == 1, recent.end(with: "<script") { escapes = 2 }
        if escapes == 2, recent.end(with: "</script") { escapes = 1 }
    }
}

// MARK: - Data

extension HTMLTracker {
    /// Returns the context of data at this position, and updates the state for that data.
    ///
    /// - Throws: ``HTMLContextError`` if data cannot be escaped safely here.
    package mutating func takeData() throws(HTMLContextError) -> HTMLContext {
        let context = try contextOfData()
        if case .value = state { value.takeData() }
        if state == .rawText {
            script.takeData()
            style.takeData()
        }
        if state == .comment { name = [0, 0] }
        recent.removeAll()
        return context
    }

    /// Records text that the author has marked as markup: it is assumed not to change the state.
    package mutating func takeMarked() {
        switch state {
        case .value: value.takeData()
        case .comment: name = [0, 0]
        case .tagOpen: (tag, isEndTag, state) = ([], false, .tagName)
        case .endTagOpen: (tag, isEndTag, state) = ([], true, .tagName)
        case .beforeName, .attributeName, .afterName: state = .betweenAttributes(afterSpace: false)
        case .beforeValue: state = .unquotedValue
        default: break
        }
        recent.removeAll()
    }

    private func contextOfData() throws(HTMLContextError) -> HTMLContext {
        switch state {
        case .data, .plainText: return .text
        case .value: return try contextInValue()
        case .unquotedValue, .beforeValue:
            throw HTMLContextError(
                message: "data in an attribute needs quotes: write name=\"<%= … %>\"")
        case .comment:
            guard recent.last != .hyphen, !recent.end(with: "--!"), !name.isEmpty else {
                throw HTMLContextError(
                    message: "data cannot stand where a comment may end; put a space before it")
            }
            return .comment
        case .rawText: return try contextInRawText()
        case .tagOpen, .endTagOpen, .tagName:
            throw HTMLContextError(
                message: "data cannot be the name of a tag; write raw(…) where it is safe")
        case .beforeName, .attributeName, .afterName, .betweenAttributes:
            throw HTMLContextError(
                message: "data cannot be an attribute, only a quoted value of one; "
                    + "write raw(…) where it is safe")
        case .markupDeclaration, .bogusComment, .characterData:
            throw HTMLContextError(
                message: "data cannot stand in a markup declaration; write raw(…) where it is safe")
        }
    }

    private func contextInRawText() throws(HTMLContextError) -> HTMLContext {
        if isScript {
            guard foreign == 0, script.isInString else {
                throw HTMLContextError(
                    message: "data in a script needs quotes, as in var s = \"<%= … %>\"; write "
                        + "raw(…) where it is JavaScript that is safe")
            }
            return .scriptString
        }
        if isStyle {
            guard foreign == 0, style.isInString else {
                throw HTMLContextError(
                    message: "data in a style sheet needs quotes, as in content: \"<%= … %>\"; "
                        + "write raw(…) where it is CSS that is safe")
            }
            return .styleString
        }
        guard !recent.endsInTag else {
            throw HTMLContextError(message: "data cannot be a part of a tag")
        }
        // As in an attribute, character references are decoded and tags are not.
        return .attribute
    }

    private func contextInValue() throws(HTMLContextError) -> HTMLContext {
        if value.isInReference {
            throw HTMLContextError(message: "data cannot be a part of a character reference")
        }
        switch value.kind {
        case .plain: return .attribute
        case .urlList: return .urlList
        case .markup:
            throw HTMLContextError(
                message: "data in srcdoc would be markup; write raw(…) where it is safe")
        case .script(let script):
            guard script.isInString else {
                throw HTMLContextError(
                    message: "data in an event attribute needs quotes of its own, as in "
                        + "onclick=\"f('<%= … %>')\"; write raw(…) where it is JavaScript that is safe"
                )
            }
            return .scriptString
        case .style(let style):
            guard style.isInString else {
                throw HTMLContextError(
                    message: "data in a style attribute needs quotes of its own, as in "
                        + "style=\"background: url('<%= … %>')\"; write raw(…) where it is CSS that "
                        + "is safe")
            }
            return .styleString
        case .url(let url): return try context(in: url)
        }
    }

    private func context(in url: URLTracker) throws(HTMLContextError) -> HTMLContext {
        if url.loadsCode, !url.namesItsServer {
            throw HTMLContextError(
                message: "data cannot choose the server that code comes from; write the server, or "
                    + "\"/\" and a directory, before it, or raw(…) where it is safe")
        }
        switch url.part {
        case .start: return .url
        case .name: return .urlName
        case .path: return .attribute
        case .query: return .urlQuery
        case .schemeOfData:
            throw HTMLContextError(
                message:
                    "data has chosen the scheme of this URL, so more data cannot follow the \":\"")
        case .code:
            throw HTMLContextError(
                message: "data in a javascript: or data: URL would be code; write raw(…) where it "
                    + "is safe")
        }
    }
}

// MARK: - Joining paths

extension HTMLTracker {
    /// Returns the state where two paths meet, such as those with and without an optional block;
    /// nil if they lead to different contexts.
    package func joined(with other: HTMLTracker) -> HTMLTracker? {
        if self == other { return self }
        guard foreign == other.foreign else { return nil }
        var joined = self
        joined.recent.removeAll()
        switch (state, other.state) {
        case (.data, .data), (.plainText, .plainText), (.bogusComment, .bogusComment),
            (.characterData, .characterData):
            return joined
        case (.comment, .comment):
            joined.name = [0, 0]
            return recent.last == .hyphen || other.recent.last == .hyphen ? nil : joined
        case (.rawText, .rawText):
            guard element == other.element, escapes == other.escapes,
                script.isInString == other.script.isInString,
                style.isInString == other.style.isInString
            else { return nil }
            return joined
        case (.value(let quote), .value(other.quote)):
            guard quote == other.quote, let value = value.joined(with: other.value) else {
                return nil
            }
            joined.value = value
            return joined
        case (.unquotedValue, .unquotedValue): return joined
        default:
            guard isBetweenAttributes, other.isBetweenAttributes, tag == other.tag,
                isEndTag == other.isEndTag
            else { return nil }
            joined.state =
                isAfterName || other.isAfterName
                ? .betweenAttributes(afterSpace: false) : .beforeName
            return joined
        }
    }

    private var quote: UInt8 {
        if case .value(let quote) = state { return quote }
        return 0
    }

    private var isAfterName: Bool {
        switch state {
        case .attributeName, .afterName, .betweenAttributes: true
        default: false
        }
    }

    private var isBetweenAttributes: Bool { state == .beforeName || isAfterName }

    /// Whether a piece of text would continue an attribute that began on only one of the paths.
    package func misreads(_ text: some Collection<UInt8>) -> Bool {
        guard case .betweenAttributes(let afterSpace) = state else { return false }
        guard let first = text.first(where: { !$0.isSpace }) else { return false }
        if first == .equal { return true }
        let hasSpace = afterSpace || text.first?.isSpace == true
        return !hasSpace && first != .greater && first != .slash
    }

    /// The state as a phrase for an author.
    package var placeName: String {
        switch state {
        case .data, .plainText: "text"
        case .tagOpen, .endTagOpen, .tagName, .beforeName, .attributeName, .afterName,
            .betweenAttributes:
            "a tag"
        case .beforeValue, .value, .unquotedValue:
            "the attribute \(String(decoding: name, as: UTF8.self))"
        case .markupDeclaration, .bogusComment, .characterData: "a markup declaration"
        case .comment: "a comment"
        case .rawText: "<\(String(decoding: element, as: UTF8.self))>"
        }
    }
}

extension AttributeTracker {
    /// Returns the state where two paths meet inside one value.
    fileprivate func joined(with other: AttributeTracker) -> AttributeTracker? {
        if self == other { return self }
        guard !isInReference, !other.isInReference else { return nil }
        var joined = self
        switch (kind, other.kind) {
        case (.plain, .plain), (.urlList, .urlList), (.markup, .markup): return joined
        case (.url(let url), .url(let otherURL)): joined.kind = .url(url.joined(with: otherURL))
        case (.script(let one), .script(let two)):
            if one.isInString != two.isInString { return nil }
        case (.style(let one), .style(let two)):
            if one.isInString != two.isInString { return nil }
        default: return nil
        }
        return joined
    }
}
