// SPDX-License-Identifier: Apache-2.0

/// The severity of a line of the error log: httpd's levels.
///
/// Corresponds to `apache.APLOG_…` in mod_python; to `LogLevel` in httpd's configuration.
@frozen
public struct LogLevel: RawRepresentable, Hashable, Sendable, Comparable {
    /// httpd's number: 0 is the most severe, 15 the least.
    public let rawValue: Int32

    /// Creates a level from httpd's number.
    @inlinable
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The server cannot continue. `APLOG_EMERG`.
    @inlinable public static var emergency: LogLevel { LogLevel(rawValue: 0) }
    /// Immediate action is required. `APLOG_ALERT`.
    @inlinable public static var alert: LogLevel { LogLevel(rawValue: 1) }
    /// `APLOG_CRIT`.
    @inlinable public static var critical: LogLevel { LogLevel(rawValue: 2) }
    /// `APLOG_ERR`.
    @inlinable public static var error: LogLevel { LogLevel(rawValue: 3) }
    /// `APLOG_WARNING`.
    @inlinable public static var warning: LogLevel { LogLevel(rawValue: 4) }
    /// `APLOG_NOTICE`.
    @inlinable public static var notice: LogLevel { LogLevel(rawValue: 5) }
    /// `APLOG_INFO`.
    @inlinable public static var info: LogLevel { LogLevel(rawValue: 6) }
    /// `APLOG_DEBUG`.
    @inlinable public static var debug: LogLevel { LogLevel(rawValue: 7) }
    /// `APLOG_TRACE1`.
    @inlinable public static var trace: LogLevel { LogLevel(rawValue: 8) }

    /// Whether the left level is more severe.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
