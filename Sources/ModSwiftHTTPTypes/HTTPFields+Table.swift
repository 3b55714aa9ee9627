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
    public func add(_ fields: HTTPFields) {
        for field in fields { add(field.name.rawName, field.value) }
    }

    /// Replaces the fields with these names by these; a name that stands several times is kept so.
    /// Fields with other names stay.
    public func replace(with fields: HTTPFields) {
        for field in fields { self[field.name.rawName] = nil }
        add(fields)
    }
}
