// SPDX-License-Identifier: Apache-2.0

/// The content of a `<%@ … %>`.
enum PageDirective {
    /// `include file="card.inc", title: page.title`.
    case include(PageInclude)
    /// `param title: String = "Untitled"`.
    case parameter(PageParameter)
    /// `page escape="off"`.
    case escape(Bool)
}

/// A file that replaces a tag.
struct PageInclude {
    var path: String
    var arguments: [PageArgument] = []
}

/// A value for a parameter of an included file.
struct PageArgument {
    let name: String
    /// The offset of the name.
    let offset: Int
    let expression: Range<Int>
}

/// A parameter of a page or an included file.
struct PageParameter {
    let name: String
    let offset: Int
    /// The type's text.
    let type: Range<Int>
    /// The default's text.
    let standard: Range<Int>?
}

extension PageDirective {
    /// Parses a directive.
    ///
    /// - Throws: ``PageSyntaxError`` if it is not a valid directive.
    init(_ code: ScannedCode, _ tag: Int, _ file: PageFile) throws(PageSyntaxError) {
        var reader = DirectiveReader(
            file: file, position: code.range.lowerBound, end: code.range.upperBound)
        switch reader.word() {
        case "include": self = .include(try PageInclude(&reader, code))
        case "param": self = .parameter(try PageParameter(&reader))
        case "page":
            guard reader.word() == "escape", let value = reader.assignedText(),
                value == "on" || value == "off", reader.isAtEnd
            else { throw file.error("write <%@ page escape=\"off\" %>", at: tag) }
            self = .escape(value == "on")
        default:
            throw file.error(
                "there is no such directive; there are include, param and page", at: tag)
        }
    }
}

extension PageInclude {
    fileprivate init(_ reader: inout DirectiveReader, _ code: ScannedCode) throws(PageSyntaxError) {
        guard reader.word() == "file", let path = reader.assignedText(), !path.isEmpty else {
            throw reader.error("write <%@ include file=\"path\" %>")
        }
        self.init(path: path)
        reader.skip(UInt8(ascii: ","))
        while !reader.isAtEnd {
            let offset = reader.position
            let name = reader.word()
            guard !name.isEmpty, reader.skip(UInt8(ascii: ":")) else {
                throw reader.error("arguments of an include have names, as in title: value")
            }
            let end = code.commas.first { $0 >= reader.position } ?? reader.end
            let expression = reader.position..<end
            guard !reader.isEmpty(expression) else {
                throw reader.error("the value of \(name) is missing")
            }
            arguments.append(PageArgument(name: name, offset: offset, expression: expression))
            reader.position = min(end + 1, reader.end)
            reader.skipSpace()
        }
    }
}

extension PageParameter {
    fileprivate init(_ reader: inout DirectiveReader) throws(PageSyntaxError) {
        let form = "write <%@ param name: Type %>, or <%@ param name: Type = value %>"
        reader.skipSpace()
        offset = reader.position
        name = reader.word()
        guard !name.isEmpty, name.utf8.first.map({ !$0.isDigit }) ?? false,
            reader.skip(UInt8(ascii: ":"))
        else { throw reader.error(form) }
        let sign = reader.firstEqualSign
        type = reader.position..<(sign ?? reader.end)
        standard = sign.map { $0 + 1..<reader.end }
        guard !reader.isEmpty(type), standard.map({ !reader.isEmpty($0) }) ?? true else {
            throw reader.error(form)
        }
    }
}

/// Reads the words of a directive.
private struct DirectiveReader {
    let file: PageFile
    var position: Int
    let end: Int

    var isAtEnd: Bool { isEmpty(position..<end) }

    func isEmpty(_ range: Range<Int>) -> Bool { file.bytes[range].allSatisfy(\.isSpace) }

    func error(_ message: String) -> PageSyntaxError { file.error(message, at: min(position, end)) }

    mutating func skipSpace() {
        while position < end, file.bytes[position].isSpace { position += 1 }
    }

    @discardableResult
    mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < end, file.bytes[position] == byte else { return false }
        position += 1
        skipSpace()
        return true
    }

    mutating func word() -> String {
        skipSpace()
        let start = position
        while position < end, file.bytes[position].isWord { position += 1 }
        return file.text(start..<position)
    }

    /// Returns the quoted text after an equal sign.
    mutating func assignedText() -> String? {
        guard skip(.equal), position < end else { return nil }
        let quote = file.bytes[position]
        guard quote == .quote || quote == .apostrophe,
            let close = file.bytes[(position + 1)..<end].firstIndex(of: quote)
        else { return nil }
        let text = file.text(position + 1..<close)
        position = close + 1
        skipSpace()
        return text
    }

    /// The first equal sign outside brackets.
    var firstEqualSign: Int? {
        var depth = 0
        for offset in position..<end {
            switch file.bytes[offset] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "<"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case .greater: if file.bytes[offset - 1] != .hyphen { depth -= 1 }
            case .equal: if depth == 0 { return offset }
            default: break
            }
        }
        return nil
    }
}
