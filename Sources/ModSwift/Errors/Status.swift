// SPDX-License-Identifier: Apache-2.0

/// The result of a handler, returned or thrown: how its phase ends.
///
/// ```swift
/// func handler(_ req: Request) throws -> Status {
///     guard req.method == "GET" else { throw Status.methodNotAllowed }
///     req.write("Hello\n")
///     return .ok
/// }
/// ```
///
/// ``ok``, ``declined`` and ``done`` are httpd's hook results. A success from 200 to 299 becomes
/// the status of the response that the handler has written; for a redirect or an error httpd sends
/// its own document (`ErrorDocument` applies). Throwing a status and returning it have the same
/// effect.
///
/// Corresponds to the return values and to `apache.SERVER_RETURN` in mod_python; to the return
/// values of a hook in httpd.
@frozen
public struct Status: RawRepresentable, Error, Hashable, Sendable {
    /// 0, -1, -2, or an HTTP status between 200 and 599.
    public let rawValue: Int

    /// Creates a status from a number; a number that is not a valid result becomes a 500 when it is
    /// returned.
    @inlinable
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Creates the status for an HTTP status.
    @inlinable
    public init(_ status: HTTPStatus) { self.init(rawValue: status.rawValue) }

    /// The phase is handled; the response is complete. `apache.OK`.
    @inlinable public static var ok: Status { Status(rawValue: 0) }
    /// The handler does not handle this request; httpd calls the next one. `apache.DECLINED`.
    @inlinable public static var declined: Status { Status(rawValue: -1) }
    /// The response is complete, whatever the phase. `apache.DONE`.
    @inlinable public static var done: Status { Status(rawValue: -2) }
}

extension Status: CustomStringConvertible {
    /// "ok", "declined", "done", or the number.
    public var description: String {
        switch rawValue {
        case 0: "ok"
        case -1: "declined"
        case -2: "done"
        default: String(rawValue)
        }
    }
}
