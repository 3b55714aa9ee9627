// SPDX-License-Identifier: Apache-2.0

/// Decodes structures from the fields of a form.
///
/// An invalid field is recorded, and decoding continues with a substitute value, so that all
/// invalid fields are found at once.
package final class FormDecoder {
    let tree: FormTree
    /// Returns the text of a field; nil for an upload.
    let text: (Int) -> String?
    let userInfo: [CodingUserInfoKey: Any]
    /// The problems so far.
    private(set) var problems: [FormProblem] = []

    /// Creates a decoder.
    ///
    /// - Parameters:
    ///   - tree: The fields by their names.
    ///   - userInfo: Information for types that decode themselves.
    ///   - text: Returns the text of a field by its number; nil for an upload.
    package init(
        _ tree: FormTree, userInfo: [CodingUserInfoKey: Any] = [:],
        text: @escaping (Int) -> String?
    ) {
        self.tree = tree
        self.userInfo = userInfo
        self.text = text
    }

    /// Decodes a value.
    ///
    /// - Throws: ``FormProblems`` with all problems.
    package func decode<T: Decodable>(_ type: T.Type) throws(FormProblems) -> T {
        let value = try? decode(type, at: FormPlace(node: 0, name: ""))
        guard let value, problems.isEmpty else { throw FormProblems(problems: problems) }
        return value
    }

    /// Decodes the value of one parameter of a function.
    ///
    /// A single value is the field with the parameter's name, or a text from elsewhere. A structure
    /// consists of the fields nested below the name, or otherwise of the whole form.
    ///
    /// - Parameters:
    ///   - isField: Whether a single value is a field.
    ///   - other: The number for which ``text`` returns a text that is not a field of the form; nil
    ///     if there is none.
    /// - Throws: ``FormProblems`` with all problems.
    package func decode<T: Decodable>(
        _ type: T.Type, parameter name: String, isField: Bool, other: Int?
    ) throws(FormProblems) -> T {
        let known = problems.count
        let node = isField ? tree.node(named: name) : nil
        let place = FormPlace(node: node, field: other, name: name, standsForForm: node == nil)
        let value = try? decode(type, at: place)
        guard let value, problems.count == known else {
            defer { forget(after: known) }
            throw FormProblems(problems: Array(problems[known...]))
        }
        return value
    }

    /// Decodes a value of any type; returns a substitute if the field is invalid.
    func decode<T: Decodable>(_ type: T.Type, at place: FormPlace) throws -> T {
        let known = problems.count
        if place.depth > Self.maximumDepth {
            note(place, "is missing")
            throw DecodingStopped()
        }
        do {
            if FoundationDate.isDate(type) { return try date(type, at: place) }
            return try T(from: FormValueDecoder(decoder: self, place: place))
        } catch {
            if problems.count == known { note(error, at: place, type) }
        }
        guard let cases = T.self as? any CaseIterable.Type, let value = first(of: cases) as? T
        else {
            throw DecodingStopped()
        }
        return value
    }

    /// The maximum nesting, for structures that contain themselves without an end in the fields.
    private static let maximumDepth = 100

    private func first<C: CaseIterable>(of type: C.Type) -> Any? { type.allCases.first }

    /// Foundation's Date decodes itself from a number.
    private func date<T: Decodable>(_ type: T.Type, at place: FormPlace) throws -> T {
        let seconds = secondsOfDate(at: place)
        return try T(from: FoundationDate.Decoder(seconds: seconds, userInfo: userInfo))
    }

    private func secondsOfDate(at place: FormPlace) -> Double {
        guard let text = requiredText(at: place) else { return 0 }
        if let date = HTMLDate.seconds(text) { return date - FoundationDate.reference }
        note(place, "is not a date")
        return 0
    }

    // MARK: Fields

    /// Returns the field at a place: the first, if there are several.
    func field(at place: FormPlace) -> Int? {
        place.field ?? place.node.flatMap { tree.nodes[$0].fields.first }
    }

    /// Returns the text at a place; if there is none, returns nil and records a problem.
    func requiredText(at place: FormPlace) -> String? {
        guard let field = field(at: place) else {
            note(place, "is missing")
            return nil
        }
        if let text = text(field) { return text }
        note(place, "is a file, where text is expected")
        return nil
    }

    func string(at place: FormPlace) -> String { requiredText(at: place) ?? "" }

    /// Decodes a checkbox. One that is not checked sends nothing; one after a hidden field of its
    /// name sends both, of which the last counts.
    func bool(at place: FormPlace) -> Bool {
        let last = place.field ?? place.node.flatMap { tree.nodes[$0].fields.last }
        guard let last else { return false }
        guard let text = text(last), let value = FormNumbers.bool(text) else {
            note(place, "is neither true nor false")
            return false
        }
        return value
    }

    func integer<T: FixedWidthInteger>(at place: FormPlace) -> T {
        guard let text = requiredText(at: place) else { return 0 }
        return number(FormNumbers.integer(text), at: place, else: "is not a whole number")
    }

    func floatingPoint<T: BinaryFloatingPoint & LosslessStringConvertible>(
        at place: FormPlace
    ) -> T {
        guard let text = requiredText(at: place) else { return 0 }
        return number(FormNumbers.floatingPoint(text), at: place, else: "is not a number")
    }

    private func number<T: ExpressibleByIntegerLiteral>(
        _ result: Result<T, FormNumberError>, at place: FormPlace, else reason: String
    ) -> T {
        switch result {
        case .success(let number): return number
        case .failure(.outOfRange): note(place, "is out of range")
        case .failure(.empty): note(place, "is empty")
        case .failure(.notANumber): note(place, reason)
        }
        return 0
    }

    /// Whether there is no value: no field, or an empty one.
    func isNil(at place: FormPlace) -> Bool {
        if let node = place.node, place.field == nil, tree.nodes[node].fields.isEmpty {
            return tree.nodes[node].isEmpty
        }
        guard let field = field(at: place) else { return true }
        return text(field)?.isEmpty == true
    }

    // MARK: Problems

    func note(_ place: FormPlace, _ reason: String) {
        problems.append(FormProblem(name: place.name, reason: reason))
    }

    /// Removes the problems recorded after a position.
    func forget(after count: Int) { problems.removeLast(problems.count - count) }

    private func note(_ error: any Error, at place: FormPlace, _ type: any Any.Type) {
        if let cases = type as? any CaseIterable.Type, error is DecodingError {
            let words = words(of: cases)
            if !words.isEmpty {
                return note(place, "is none of \(words.joined(separator: ", "))")
            }
        }
        switch error {
        case is DecodingStopped: break
        case DecodingError.dataCorrupted(let context), DecodingError.valueNotFound(_, let context),
            DecodingError.keyNotFound(_, let context), DecodingError.typeMismatch(_, let context):
            note(place, "is not valid: \(context.debugDescription)")
        case let problem as FormProblem:
            note(place, problem.reason)
        default: note(place, "is not valid: \(error)")
        }
    }

    /// Returns the values of an enumeration as they can be written in a form.
    private func words<C: CaseIterable>(of type: C.Type) -> [String] {
        type.allCases.prefix(20).compactMap { value in
            (value as? any RawRepresentable).map { "\($0.rawValue)" }
        }
    }
}

/// The place of a value in a form.
struct FormPlace {
    /// The node; nil if the form has none with this name.
    var node: Int?
    /// A single field of it, as an element of an array.
    var field: Int?
    /// The name in the form.
    var name: String
    var depth = 0
    /// Whether a structure at this place consists of the fields of the whole form.
    var standsForForm = false

    /// The place of the fields for a structure at this place.
    var ofStructure: FormPlace { standsForForm ? FormPlace(node: 0, name: "") : self }
}

extension FormDecoder {
    /// Returns the place of a key below another place.
    func place(_ key: String, in place: FormPlace) -> FormPlace {
        var found = FormPlace(name: key, depth: place.depth + 1)
        guard let node = place.node, place.field == nil else {
            if !place.name.isEmpty { found.name = "\(place.name)[\(key)]" }
            return found
        }
        if node == 0 {
            found.node = tree.flat[key] ?? tree.nodes[0].children[key]
        } else {
            found.node = tree.nodes[node].children[key]
            found.name =
                tree.nodes[node].usesDots ? "\(place.name).\(key)" : "\(place.name)[\(key)]"
        }
        return found
    }

    /// Returns the places of an array's elements.
    func elements(of place: FormPlace) -> [FormPlace] {
        let depth = place.depth + 1
        if let field = place.field {
            return [FormPlace(field: field, name: place.name, depth: depth)]
        }
        guard let node = place.node else { return [] }
        let fields = tree.nodes[node].fields.map {
            FormPlace(node: node, field: $0, name: place.name, depth: depth)
        }
        let nodes = tree.elements(of: node).enumerated().map { index, child in
            FormPlace(node: child, name: "\(place.name)[\(index)]", depth: depth)
        }
        return fields + nodes
    }
}
