// SPDX-License-Identifier: Apache-2.0

/// The header of a part of a multipart body.
package struct PartHeader: Equatable, Sendable {
    /// A header field.
    package struct Field: Equatable, Sendable {
        /// The name as the client has written it.
        package let name: String
        package let value: [UInt8]
    }

    /// All fields, in order.
    package let fields: [Field]
    /// Content-Disposition; nil if there is none.
    package let disposition: ParameterizedValue?
    /// Content-Type; nil if there is none with a type.
    package let type: ParameterizedValue?

    /// Parses a header block, which ends with the line break of its last line.
    init(_ block: [UInt8]) throws(MultipartError) {
        var fields: [Field] = []
        for line in Self.unfolded(block) { fields.append(try Field(line)) }
        self.fields = fields
        disposition = try Self.only("content-disposition", of: fields)
        let type = try Self.only("content-type", of: fields)
        self.type = type?.value.contains("/") == true ? type : nil
    }

    /// The name of the field; nil if there is none.
    package var name: [UInt8]? { disposition?["name"].map(Self.unescaped) }

    /// The client's name of the file; nil if the part is not an upload, "" if no file was chosen.
    package var filename: [UInt8]? {
        if let extended = disposition?["filename*"], let name = Self.extendedValue(extended) {
            return name
        }
        return disposition?["filename"].map(Self.unescaped)
    }

    /// Joins the lines of a block: one that begins with a blank continues the line before it.
    private static func unfolded(_ block: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for line in block.split(separator: ASCII.lineFeed) {
            let text = line.last == ASCII.carriageReturn ? line.dropLast() : line
            if let first = text.first, ASCII.isBlank(first), !lines.isEmpty {
                lines[lines.count - 1].append(ASCII.space)
                lines[lines.count - 1] += text.trimmed
            } else {
                lines.append(Array(text))
            }
        }
        return lines
    }

    /// Returns the parsed value of a field that may occur only once; nil if it does not occur.
    private static func only(
        _ name: String, of fields: [Field]
    ) throws(MultipartError) -> ParameterizedValue? {
        var found: ParameterizedValue?
        for field in fields where field.isNamed(name) {
            guard found == nil, let value = ParameterizedValue(field.value) else {
                throw .malformedHeader
            }
            found = value
        }
        return found
    }

    /// Undoes the three escapes that HTML defines for names, `%22`, `%0D` and `%0A`, and no other.
    private static func unescaped(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(ASCII.percent) else { return text }
        var plain: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            plain.append(byte)
            guard byte == ASCII.percent, let escape = Self.escapes[Array(rest.prefix(2))] else {
                continue
            }
            plain[plain.count - 1] = escape
            rest.removeFirst(2)
        }
        return plain
    }

    private static let escapes: [[UInt8]: UInt8] = [
        Array("22".utf8): ASCII.quote,
        Array("0D".utf8): ASCII.carriageReturn, Array("0A".utf8): ASCII.lineFeed,
    ]

    /// Decodes `UTF-8''name` (RFC 8187), which some libraries send in addition to or instead of a
    /// file name; nil if it has another form.
    private static func extendedValue(_ value: [UInt8]) -> [UInt8]? {
        let parts = value.split(
            separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3,
            parts[0].map(ASCII.lowercased).elementsEqual("utf-8".utf8)
        else { return nil }
        let text = String(decoding: parts[2], as: UTF8.self)
        return Array(PercentEncoding.decode(text).utf8)
    }
}

extension PartHeader.Field {
    /// Parses a line.
    init(_ line: [UInt8]) throws(MultipartError) {
        guard let colon = line.firstIndex(of: ASCII.colon),
            !line.contains(ASCII.carriageReturn)
        else { throw .malformedHeader }
        let name = line[..<colon].trimmed
        guard !name.isEmpty, name.allSatisfy({ $0 > ASCII.space && $0 < 127 }) else {
            throw .malformedHeader
        }
        self.name = String(decoding: name, as: UTF8.self)
        value = Array(line[(colon + 1)...].trimmed)
    }

    /// Whether it has a given name, which must be in lower case.
    package func isNamed(_ name: String) -> Bool {
        self.name.utf8.count == name.utf8.count
            && self.name.utf8.elementsEqual(name.utf8) { ASCII.lowercased($0) == $1 }
    }
}
