// SPDX-License-Identifier: Apache-2.0
//
// Reading, after RFC 6265bis 5.6: a semicolon ends a cookie wherever it is, nothing is decoded or unquoted,
// and a bad cookie costs no other one.

internal import SystemCalls

/// Where a cookie's name and value are in the field's bytes.
package struct CookieRanges: Equatable, Sendable {
    /// Empty for a cookie without a name, which is a bare word.
    package let name: Range<Int>
    package let value: Range<Int>
}

/// Goes through the cookies of a Cookie field, in order.
package struct CookieScanner {
    private let splitsAtCommas: Bool
    private var position = 0
    /// The first semicolon from the position on, or the end of the field; less where it is not known.
    private var semicolon = -1
    /// The first comma in the same way.
    private var comma = -1

    /// - Parameter splitsAtCommas: Whether httpd may have joined several fields by ", ", as it does with
    ///   those of HTTP/1. Over HTTP/2 it joins them by "; ".
    package init(splitsAtCommas: Bool) {
        self.splitsAtCommas = splitsAtCommas
    }

    /// The next cookie; nil after the last. Each call gets the same bytes.
    package mutating func next(in field: Span<UInt8>) -> CookieRanges? {
        nextPiece(in: field).map { ranges(of: $0, in: field) }
    }

    /// The next cookie with a name; nil after the last. Each call gets the same bytes.
    package mutating func next(named name: String, in field: Span<UInt8>) -> CookieRanges? {
        let name = name.utf8.span
        while let piece = nextPiece(in: field) {
            // Most have another name, and need no closer look.
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

    /// The next part of the field that is not empty.
    private mutating func nextPiece(in field: Span<UInt8>) -> Range<Int>? {
        while position < field.count {
            let end = end(in: field, from: position)
            let piece = trimmed(position..<end, in: field)
            position = end + 1
            if !piece.isEmpty { return piece }
        }
        return nil
    }

    /// The first cookie with a name.
    package static func first(
        named name: String, in field: Span<UInt8>, splittingAtCommas: Bool
    ) -> CookieRanges? {
        var scanner = CookieScanner(splitsAtCommas: splittingAtCommas)
        return scanner.next(named: name, in: field)
    }

    /// Where the cookie that begins at `start` ends: at a semicolon, or where another field begins.
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

    /// Whether httpd has joined two fields at this comma, and not a script put it into a value: what
    /// follows looks like a cookie. A cookie that browsers protect by its name's prefix never comes from a
    /// value, which others than its owner may have set.
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
