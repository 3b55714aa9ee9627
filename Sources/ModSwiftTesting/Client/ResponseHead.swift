// SPDX-License-Identifier: Apache-2.0

/// The status line and header fields of a response, parsed strictly: anything that RFC 9112 does
/// not allow a server to send is an error.
struct ResponseHead {
    let version: String
    let status: Int
    let reason: String
    let headers: HeaderFields

    var isInterim: Bool { (100..<200).contains(status) && status != 101 }

    /// - Parameter lines: The lines without their line ends, and without the empty line.
    init(lines: [[UInt8]]) throws {
        let text = String(decoding: lines.first ?? [], as: UTF8.self)
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, words[0].hasPrefix("HTTP/"), words[1].utf8.count == 3,
            let status = Int(words[1]), status >= 100
        else { throw HTTPClientError(.malformed, "not a status line: \(text.debugDescription)") }
        version = String(words[0])
        self.status = status
        reason = String(words[2])
        headers = try Self.fields(lines.dropFirst())
    }

    static func fields(_ lines: some Sequence<[UInt8]>) throws -> HeaderFields {
        var fields: HeaderFields = [:]
        for line in lines {
            let parts = line.split(
                separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, isToken(parts[0]), parts[1].allSatisfy(isAllowed) else {
                let text = String(decoding: line, as: UTF8.self)
                throw HTTPClientError(.malformed, "not a header field: \(text.debugDescription)")
            }
            fields.add(String(decoding: parts[0], as: UTF8.self), trimmed(parts[1]))
        }
        return fields
    }

    private static func trimmed(_ value: ArraySlice<UInt8>) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let start = value.drop(while: isBlank)
        let end = start.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start.startIndex
        return String(decoding: start[..<end], as: UTF8.self)
    }

    private static func isToken(_ name: ArraySlice<UInt8>) -> Bool {
        let marks = Set("!#$%&'*+-.^_`|~0123456789".utf8)
        return !name.isEmpty
            && name.allSatisfy { marks.contains($0) || (0x41...0x5a).contains($0 & 0xdf) }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte == 0x09 || byte >= 0x20 && byte != 0x7f
    }
}
