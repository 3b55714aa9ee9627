// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

extension FieldStorage {
    /// Whether a parameter of a function has a field, or fields that nest below its name.
    func hasParameter(_ name: String) -> Bool {
        contains(name) || names.contains { FormPath($0).name == name }
    }

    /// Makes the value of a parameter.
    ///
    /// - Parameters:
    ///   - isField: Whether a single value is a field of the form.
    ///   - component: Takes the next component of the path, for a parameter that is no field; a
    ///     structure takes none. Nil where there is none.
    /// - Throws: ``FormError`` with all that is wrong.
    func decode<T: Decodable>(
        _ type: T.Type, parameter name: String, isField: Bool, component: (() -> String?)?
    ) throws -> T {
        try withDecoder(other: component) { decoder throws(FormProblems) in
            try decoder.decode(
                type, parameter: name, isField: isField,
                other: component == nil ? nil : Self.otherText)
        }
    }
}
