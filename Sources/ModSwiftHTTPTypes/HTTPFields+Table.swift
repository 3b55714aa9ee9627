// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import ModSwift

extension HTTPFields {
    /// The entries of a table, in order, repeated names among them.
    ///
    /// An entry whose name is no token (RFC 9110) is left out, since no ``HTTPField/Name`` can hold
    /// it; in a value, what may not stand there becomes a blank.
    public init(_ table: Table) { self.init(table) { _ in true } }

    init(_ table: Table, where isWanted: (HTTPField.Name) -> Bool) {
        self.init()
        for (name, value) in table {
            guard count < Self.maximumCount else { return }
            guard let name = HTTPField.Name(name), isWanted(name) else { continue }
            append(HTTPField(name: name, value: value))
        }
    }

    /// The library counts fields in sixteen bits and traps at one more.
    private static let maximumCount = Int(UInt16.max)
}

extension Table {
    /// Appends fields, keeping those that are there.
    ///
    /// The library splits a Cookie field into several, of which httpd and its modules read the first:
    /// they become one again, joined by "; " (RFC 9113, 8.2.3).
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

    /// Replaces the fields with these names by these; a name that stands several times is kept so, other
    /// than Cookie, as ``add(_:)`` says. Fields with other names stay.
    public func replace(with fields: HTTPFields) {
        for field in fields { self[field.name.rawName] = nil }
        add(fields)
    }
}
