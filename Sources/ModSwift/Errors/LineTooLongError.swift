// SPDX-License-Identifier: Apache-2.0

/// A line is longer than its reader allows; in a request's body it ends the request as 413.
///
/// Thrown by the functions that return whole lines: ``Request/readLineString(_:)``,
/// ``Request/readLines(_:lineLimit:)``, ``Connection/readLineString(_:)``,
/// ``Connection/nextLineString(_:)``. They never return a part of a line as a line: a client could
/// forge the end of a header block with one. After the first error, each of them throws it again;
/// the rest can be read as bytes.
public struct LineTooLongError: StatusError, Sendable, CustomStringConvertible {
    /// The maximum length of a line in bytes, without its line break.
    public let limit: Int

    /// 413.
    public var status: Status { .requestEntityTooLarge }

    /// One sentence.
    public var description: String { "a line is longer than \(limit) bytes" }
}
