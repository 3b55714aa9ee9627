// SPDX-License-Identifier: Apache-2.0

/// httpd's number of a method.
///
/// Corresponds to the constants `apache.M_GET` … in mod_python; to `M_GET` … in httpd.
public struct Method: RawRepresentable, Hashable, Sendable {
    /// From 0 to 25 for the methods named here; 26 if httpd does not know the method; above 26 for
    /// methods that modules have registered.
    public let rawValue: Int

    /// Creates the method with a number.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// GET, and HEAD.
    public static let get = Method(rawValue: 0)
    /// PUT.
    public static let put = Method(rawValue: 1)
    /// POST.
    public static let post = Method(rawValue: 2)
    /// DELETE.
    public static let delete = Method(rawValue: 3)
    /// CONNECT.
    public static let connect = Method(rawValue: 4)
    /// OPTIONS.
    public static let options = Method(rawValue: 5)
    /// TRACE.
    public static let trace = Method(rawValue: 6)
    /// PATCH.
    public static let patch = Method(rawValue: 7)
    /// PROPFIND.
    public static let propfind = Method(rawValue: 8)
    /// PROPPATCH.
    public static let proppatch = Method(rawValue: 9)
    /// MKCOL.
    public static let mkcol = Method(rawValue: 10)
    /// COPY.
    public static let copy = Method(rawValue: 11)
    /// MOVE.
    public static let move = Method(rawValue: 12)
    /// LOCK.
    public static let lock = Method(rawValue: 13)
    /// UNLOCK.
    public static let unlock = Method(rawValue: 14)
    /// VERSION-CONTROL.
    public static let versionControl = Method(rawValue: 15)
    /// CHECKOUT.
    public static let checkout = Method(rawValue: 16)
    /// UNCHECKOUT.
    public static let uncheckout = Method(rawValue: 17)
    /// CHECKIN.
    public static let checkin = Method(rawValue: 18)
    /// UPDATE.
    public static let update = Method(rawValue: 19)
    /// LABEL.
    public static let label = Method(rawValue: 20)
    /// REPORT.
    public static let report = Method(rawValue: 21)
    /// MKWORKSPACE.
    public static let mkworkspace = Method(rawValue: 22)
    /// MKACTIVITY.
    public static let mkactivity = Method(rawValue: 23)
    /// BASELINE-CONTROL.
    public static let baselineControl = Method(rawValue: 24)
    /// MERGE.
    public static let merge = Method(rawValue: 25)
    /// A method that httpd does not know; ``Request/method`` has its name.
    public static let invalid = Method(rawValue: 26)
}
