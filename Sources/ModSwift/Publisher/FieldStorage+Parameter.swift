// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

extension FieldStorage {
    /// Whether the form has a field for a parameter, or fields nested below its name.
    func hasParameter(_ name: String) -> Bool {
        contains(name) || names.contains { FormPath($0).name == name }
    }

    /// Decodes the value of a parameter.
    ///
    /// - Parameters:
    ///   - isField: Whether a single value is a field of the form.
    ///   - component: Returns the next component of the path, for a parameter that is not a field;
    ///     a structure uses none. Returns nil if there is none.
    /// - Throws: ``FormError`` with all problems.
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
