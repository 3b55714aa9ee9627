// SPDX-License-Identifier: Apache-2.0

/// The limits on the size of a form.
///
/// A form that exceeds a limit is rejected completely, never truncated: the request ends as 413
/// (400 for ``header`` and ``nesting``), and the error log names the limit.
///
/// ```swift
/// var limits = req.formLimits
/// limits.body = 1 << 30
/// let form = try req.form(limits: limits)
/// ```
///
/// The configured limits are in ``Request/formLimits``: the directive `SwiftFormLimits` uses the
/// same names.
public struct FormLimits: Sendable {
    /// The size of the body in bytes; 128 MiB by default. httpd has its own limit,
    /// `LimitRequestBody`.
    public var body = 128 << 20
    /// The size of all names and values together in bytes, without uploads; 8 MiB by default.
    public var text = 8 << 20
    /// The size of one name and value together in bytes, if it is not an upload; 1 MiB by default.
    public var field = 1 << 20
    /// The size of the header block of a part of a multipart body in bytes; 16 KiB by default.
    public var header = 16 << 10
    /// The size of all uploads in memory in bytes; further uploads are stored in files. 128 KiB by
    /// default.
    public var memory = 128 << 10
    /// The number of fields, including those of the query; 1,000 by default.
    public var fields = 1000
    /// The number of parts of a multipart body; 1,000 by default.
    public var parts = 1000
    /// The nesting of names when a form is decoded: that of `a[b]` is 1. 16 by default.
    public var nesting = 16
    /// The directory for uploads that are not kept in memory; the server's temporary directory by
    /// default. The files have no names there. If it is in the file system to which uploads are
    /// saved, saving does not copy them.
    public var directory = Self.temporaryDirectory

    /// Creates the default limits.
    public init() {}
}

extension Request {
    /// The configured limits for forms (`SwiftFormLimits`).
    public var formLimits: FormLimits { FormLimits(live.configuration) }
}
