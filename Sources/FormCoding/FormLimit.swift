// SPDX-License-Identifier: Apache-2.0

/// A limit on forms; the raw value is its name in the configuration.
package enum FormLimit: String, Sendable, CaseIterable {
    /// The number of bytes in a body.
    case body
    /// The number of bytes in all names and values that are not uploads.
    case text
    /// The number of fields.
    case fields
    /// The number of parts of a multipart body.
    case parts
    /// The number of bytes in a part's header block.
    case header
    /// The number of bytes in one field's name and value, if it is not an upload.
    case field
    /// The nesting of a field's name.
    case nesting
}

/// A form exceeds a limit.
package struct FormLimitError: Error, Equatable {
    package let limit: FormLimit

    package init(_ limit: FormLimit) { self.limit = limit }
}
