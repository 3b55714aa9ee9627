// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import ModSwift

extension HTTPFields {
    /// The entries of a table, in order, including repeated names.
    ///
    /// An entry whose name is not a token (RFC 9110) is omitted, because ``HTTPField/Name`` cannot
    /// represent it; in a value, invalid characters become blanks.
    public init(_ table: Table) { self.init(table) { _ in true } }

    init(_ table: Table, where isWanted: (HTTPField.Name) -> Bool) {
        self.init()
        for (name, value) in table {
            guard count < Self.maximumCount else { return }
            guard let name = HTTPField.Name(name), isWanted(name) else { continue }
            append(HTTPField(name: name, value: value))
        }
    }

    /// The library counts fields in sixteen bits and traps if there is one more.
    private static let maximumCount = Int(UInt16.max)
}

extension Table {
    /// Appends fields, keeping existing ones.
    ///
    /// The library splits a Cookie field into several, of which httpd and its modules read only the
    /// first: they are joined again, with "; " (RFC 9113, 8.2.3).
    public func add(_ fields: HTTPFields) {
        var hasCookies = false
        for field in fields {
            if field.name == .cookie {
                if !hasCookies { addCookies(of: fields) }
                hasCookies = true
            } else {
                add(field.name.rawName, field.value)
            }
        }
    }

    private func addCookies(of fields: HTTPFields) {
        let present = values(for: HTTPField.Name.cookie.rawName)
        let cookies = present + fields[fields: .cookie].map(\.value)
        self[HTTPField.Name.cookie.rawName] = cookies.joined(separator: "; ")
    }

    /// Replaces the fields with these names; repeated names are kept as they are, except Cookie, as
    /// for ``add(_:)``. Fields with other names stay.
    public func replace(with fields: HTTPFields) {
        for field in fields { self[field.name.rawName] = nil }
        add(fields)
    }
}
