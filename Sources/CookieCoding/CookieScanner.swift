// SPDX-License-Identifier: Apache-2.0
//
// Parsing according to RFC 6265bis 5.6: a semicolon always ends a cookie, nothing is decoded or
// unquoted, and a malformed cookie does not affect the others.

internal import SystemCalls

/// The positions of a cookie's name and value in the field's bytes.
package struct CookieRanges: Equatable, Sendable {
    /// Empty for a cookie without a name, which has only a value.
    package let name: Range<Int>
    package let value: Range<Int>
}

/// Scans the cookies of a Cookie field, in order.
package struct CookieScanner {
    private let splitsAtCommas: Bool
    private var position = 0
    /// The first semicolon from the position on, or the end of the field; a smaller value if it is
    /// unknown.
    private var semicolon = -1
    /// The first comma from the position on, in the same form.
    private var comma = -1

    /// - Parameter splitsAtCommas: Whether httpd may have joined several fields with ", ", as it
    ///   does for HTTP/1. Over HTTP/2 it joins them with "; ".
    package init(splitsAtCommas: Bool) {
        self.splitsAtCommas = splitsAtCommas
    }

    /// Returns the next cookie; nil after the last. Each call must get the same bytes.
    package mutating func next(in field: Span<UInt8>) -> CookieRanges? {
        nextPiece(in: field).map { ranges(of: $0, in: field) }
    }

    /// Returns the next cookie with a name; nil after the last. Each call must get the same bytes.
    package mutating func next(named name: String, in field: Span<UInt8>) -> CookieRanges? {
        let name = name.utf8.span
        while let piece = nextPiece(in: field) {
            // Most cookies have another name, and are skipped here.
            guard piece.count >= name.count, hasName(piece, name, in: field) else { continue }
            let cookie = ranges(of: piece, in: field)
            if cookie.name.count == name.count { return cookie }
        }
        return nil
    }

    /// Whether a piece begins with a name.
    private func hasName(_ piece: Range<Int>, _ name: Span<UInt8>, in field: Span<UInt8>) -> Bool {
        for index in name.indices where name[index] != field[piece.lowerBound + index] {
            return false
        }
        return true
    }

    /// Returns the next part of the field that is not empty.
    private mutating func nextPiece(in field: Span<UInt8>) -> Range<Int>? {
        while position < field.count {
            let end = end(in: field, from: position)
            let piece = trimmed(position..<end, in: field)
            position = end + 1
            if !piece.isEmpty { return piece }
        }
        return nil
    }

    /// Returns the first cookie with a name.
    package static func first(
        named name: String, in field: Span<UInt8>, splittingAtCommas: Bool
    ) -> CookieRanges? {
        var scanner = CookieScanner(splitsAtCommas: splittingAtCommas)
        return scanner.next(named: name, in: field)
    }

    /// Returns the end of the cookie that begins at `start`: a semicolon, or the beginning of
    /// another field.
    private mutating func end(in field: Span<UInt8>, from start: Int) -> Int {
        if semicolon < start {
            semicolon =
                field.firstIndex(of: UInt8(ascii: ";"), in: start..<field.count) ?? field.count
        }
        guard splitsAtCommas else { return semicolon }
        var index = start
        while true {
            if comma < index {
                comma =
                    field.firstIndex(of: UInt8(ascii: ","), in: index..<field.count) ?? field.count
            }
            guard comma < semicolon else { return semicolon }
            if isJoint(comma, in: field) { return comma }
            index = comma + 1
        }
    }

    /// Whether httpd has joined two fields at this comma, and the comma is not part of a value that
    /// a script has set: the text after it looks like a cookie. A cookie with a protective prefix
    /// is never found in a value, because others than the cookie's owner may have set that value.
    private func isJoint(_ comma: Int, in field: Span<UInt8>) -> Bool {
        let start = comma + 2
        guard start < field.count, field[comma + 1] == UInt8(ascii: " ") else { return false }
        var end = start
        while end < field.count, field[end].isTokenCharacter { end += 1 }
        guard end > start, end < field.count, field[end] == UInt8(ascii: "=") else { return false }
        return CookiePrefix(of: (start..<end).map { field[$0] }) == nil
    }

    private func ranges(of piece: Range<Int>, in field: Span<UInt8>) -> CookieRanges {
        guard let equals = field.firstIndex(of: UInt8(ascii: "="), in: piece) else {
            return CookieRanges(name: piece.lowerBound..<piece.lowerBound, value: piece)
        }
        return CookieRanges(
            name: trimmed(piece.lowerBound..<equals, in: field),
            value: trimmed(equals + 1..<piece.upperBound, in: field))
    }

    private func trimmed(_ range: Range<Int>, in field: Span<UInt8>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, field[start].isBlank { start += 1 }
        while start < end, field[end - 1].isBlank { end -= 1 }
        return start..<end
    }
}
