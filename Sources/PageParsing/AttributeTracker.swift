// SPDX-License-Identifier: Apache-2.0

/// Tracks the value of a quoted attribute up to the current position.
struct AttributeTracker: Equatable {
    enum Kind: Equatable {
        case plain
        case url(URLTracker)
        /// `srcset`: every item is a URL.
        case urlList
        case script(ScriptTracker)
        case style(StyleTracker)
        /// Markup inside of an attribute (`srcdoc`).
        case markup
    }

    var kind: Kind
    /// An incomplete character reference, after its "&".
    private var reference: [UInt8]?

    /// - Parameters:
    ///   - name: The attribute's name, in lower case.
    ///   - element: The element's name, in lower case.
    init(name: [UInt8], element: [UInt8]) {
        let name = String(decoding: name, as: UTF8.self)
        let element = String(decoding: element, as: UTF8.self)
        if name.hasPrefix("on") {
            kind = .script(ScriptTracker())
        } else if name == "style" {
            kind = .style(StyleTracker())
        } else if name == "srcdoc" {
            kind = .markup
        } else if name == "srcset" || name == "imagesrcset" {
            kind = .urlList
        } else if Self.isURL(name, element) {
            kind = .url(URLTracker(loadsCode: Self.loadsCode(name, element)))
        } else {
            kind = .plain
        }
    }

    private static func isURL(_ name: String, _ element: String) -> Bool {
        if urls.contains(name) { return true }
        // They animate any other attribute of SVG.
        return ["set", "animate"].contains(element)
            && ["to", "from", "by", "values"].contains(name)
    }

    /// Whether the resource at the URL is executed in the page.
    private static func loadsCode(_ name: String, _ element: String) -> Bool {
        switch (element, name) {
        case ("script", "src"), ("script", "href"), ("script", "xlink:href"), ("embed", "src"),
            ("object", "data"), ("base", "href"):
            true
        default: false
        }
    }

    private static let urls: Set = [
        "href", "src", "action", "formaction", "cite", "data", "poster", "background", "manifest",
        "ping", "longdesc", "profile", "usemap", "icon", "codebase", "classid", "archive",
        "xlink:href", "xml:base", "lowsrc", "dynsrc",
    ]

    mutating func take(_ byte: UInt8) {
        switch kind {
        case .plain, .urlList, .markup: break
        case .url(var url):
            url.take(byte)
            kind = .url(url)
        case .script, .style: takeDecoding(byte)
        }
    }

    /// Records that there is data at this position.
    mutating func takeData() {
        flushReference()
        switch kind {
        case .plain, .urlList, .markup: break
        case .url(var url):
            url.takeData()
            kind = .url(url)
        case .script(var script):
            script.takeData()
            kind = .script(script)
        case .style(var style):
            style.takeData()
            kind = .style(style)
        }
    }

    /// Whether a character reference is incomplete: data would become a part of it.
    var isInReference: Bool { reference != nil }

    // MARK: Character references

    private mutating func takeDecoding(_ byte: UInt8) {
        if let begun = reference {
            if byte == UInt8(ascii: ";") {
                reference = nil
                decode(begun)
                return
            }
            if byte.isLetter || byte.isDigit || byte == .hash, begun.count < 32 {
                reference = begun + [byte]
                return
            }
            flushReference()
        }
        if byte == UInt8(ascii: "&") {
            reference = []
        } else {
            pass(byte)
        }
    }

    /// Ends a reference without a semicolon: HTML may decode a part of it.
    private mutating func flushReference() {
        guard let begun = reference else { return }
        reference = nil
        if begun.isEmpty {
            pass(UInt8(ascii: "&"))
        } else {
            lose()
        }
    }

    private mutating func decode(_ name: [UInt8]) {
        let text = String(decoding: name, as: UTF8.self)
        if let byte = Self.references[text] { return pass(byte) }
        guard text.hasPrefix("#") else { return lose() }
        let digits = text.dropFirst()
        let value =
            digits.first == "x" || digits.first == "X"
            ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        guard let value else { return lose() }
        // A character outside ASCII is part of a word or a string.
        pass(value < 128 ? UInt8(value) : 0xC3)
    }

    private static let references: [String: UInt8] = [
        "quot": .quote, "QUOT": .quote, "apos": .apostrophe, "amp": UInt8(ascii: "&"),
        "AMP": UInt8(ascii: "&"), "lt": .less, "LT": .less, "gt": .greater, "GT": .greater,
        "nbsp": 0xC2, "grave": UInt8(ascii: "`"), "bsol": .backslash, "sol": .slash,
    ]

    private mutating func pass(_ byte: UInt8) {
        switch kind {
        case .script(var script):
            script.take(byte)
            kind = .script(script)
        case .style(var style):
            style.take(byte)
            kind = .style(style)
        default: break
        }
    }

    private mutating func lose() {
        switch kind {
        case .script(var script):
            script.lose()
            kind = .script(script)
        case .style(var style):
            style.lose()
            kind = .style(style)
        default: break
        }
    }
}
