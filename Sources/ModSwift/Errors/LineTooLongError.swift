// SPDX-License-Identifier: Apache-2.0

/// A line is longer than its reader takes; in a request's body it ends the request as 413.
///
/// Thrown by the ways of reading that give whole lines: ``Request/readLineString(_:)``,
/// ``Request/readLines(_:lineLimit:)``, ``Connection/readLineString(_:)``,
/// ``Connection/nextLineString(_:)``. A part of a line is never given as a line: a client could forge
/// the end of a header block with one. Once thrown, it is thrown again by each of them; the rest can be
/// read as bytes.
public struct LineTooLongError: StatusError, Sendable, CustomStringConvertible {
    /// The most bytes that a line may have, its line break not counted.
    public let limit: Int

    /// 413.
    public var status: Status { .requestEntityTooLarge }

    /// One sentence.
    public var description: String { "a line is longer than \(limit) bytes" }
}
