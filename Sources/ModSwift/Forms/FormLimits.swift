// SPDX-License-Identifier: Apache-2.0

/// How large a form may be.
///
/// A form over a limit is refused as a whole, never shortened: the request ends as 413 (400 for
/// ``header`` and ``nesting``), and the error log names the limit.
///
/// ```swift
/// var limits = req.formLimits
/// limits.body = 1 << 30
/// let form = try req.form(limits: limits)
/// ```
///
/// What the configuration says is in ``Request/formLimits``: the directive `SwiftFormLimits`, which
/// uses the same names.
public struct FormLimits: Sendable {
    /// The bytes of the body; 128 MiB by default. httpd has a limit of its own, `LimitRequestBody`.
    public var body = 128 << 20
    /// The bytes of all names and values together, uploads not counted; 8 MiB by default.
    public var text = 8 << 20
    /// The bytes of one name and value together, where it is no upload; 1 MiB by default.
    public var field = 1 << 20
    /// The bytes of the header block of a part of a multipart body; 16 KiB by default.
    public var header = 16 << 10
    /// The bytes of all uploads that stay in memory; what comes over that is stored in a file. 128 KiB
    /// by default.
    public var memory = 128 << 10
    /// The number of fields, those of the query counted; 1,000 by default.
    public var fields = 1000
    /// The number of parts of a multipart body; 1,000 by default.
    public var parts = 1000
    /// How deep names may nest when a form is decoded: `a[b]` nests once. 16 by default.
    public var nesting = 16
    /// The directory for uploads that do not stay in memory; the server's temporary directory by
    /// default. The files have no names there. One in the file system where uploads are to stay saves
    /// copying them.
    public var directory = Self.temporaryDirectory

    /// Makes the default limits.
    public init() {}
}

extension Request {
    /// The limits for forms that the configuration sets here (`SwiftFormLimits`).
    public var formLimits: FormLimits { FormLimits(live.configuration) }
}
