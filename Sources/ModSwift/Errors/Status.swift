// SPDX-License-Identifier: Apache-2.0

/// What a handler returns or throws: how its phase ends.
///
/// ```swift
/// func handler(_ req: Request) throws -> Status {
///     guard req.method == "GET" else { throw Status.methodNotAllowed }
///     req.write("Hello\n")
///     return .ok
/// }
/// ```
///
/// ``ok``, ``declined`` and ``done`` speak to httpd. A success from 200 to 299 becomes the status of
/// what the handler has written; a redirect or an error makes httpd answer with its own document
/// (`ErrorDocument` applies). Throwing a status and returning it are the same.
///
/// Corresponds to the return values and to `apache.SERVER_RETURN` in mod_python; to the return
/// values of a hook in httpd.
@frozen
public struct Status: RawRepresentable, Error, Hashable, Sendable {
    /// 0, -1, -2, or an HTTP status between 200 and 599.
    public let rawValue: Int

    /// Makes a status from a number; one that httpd cannot answer with becomes a 500 when it is
    /// returned.
    @inlinable
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Makes the status that answers with an HTTP status.
    @inlinable
    public init(_ status: HTTPStatus) { self.init(rawValue: status.rawValue) }

    /// The phase is handled; the response is complete. `apache.OK`.
    @inlinable public static var ok: Status { Status(rawValue: 0) }
    /// This handler has nothing to say; httpd asks the next. `apache.DECLINED`.
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
