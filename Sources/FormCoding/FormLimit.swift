// SPDX-License-Identifier: Apache-2.0

/// A limit on forms; the raw value is its name in the configuration.
package enum FormLimit: String, Sendable, CaseIterable {
    /// The bytes of a body.
    case body
    /// The bytes of all names and values that are not uploads.
    case text
    /// The number of fields.
    case fields
    /// The number of parts of a multipart body.
    case parts
    /// The bytes of a part's header block.
    case header
    /// The bytes of one field's name and value, where it is not an upload.
    case field
    /// How deep the name of a field nests.
    case nesting
}

/// A form is over a limit.
package struct FormLimitError: Error, Equatable {
    package let limit: FormLimit

    package init(_ limit: FormLimit) { self.limit = limit }
}
