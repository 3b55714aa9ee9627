// SPDX-License-Identifier: Apache-2.0

/// The code with which the registration file calls or reads a published declaration.
///
/// The types of parameters and results are never repeated: a reference to the function passes them
/// to overloads of ModSwift, so that the compiler determines which of them can come from a form.
struct Publication {
    /// The part of a URL after the module: `Type/method`.
    let path: String

    /// The expression that is called, without its arguments, or read: `Type().method`.
    let target: String
    let effects: Effects

    /// The function, for the types of its parameters; nil for a value.
    let function: FunctionDeclaration?

    var parameters: [Parameter] { function?.parameters ?? [] }

    /// The helper that names the types of the parameters; nil if there are none.
    var types: ParameterTypes? {
        guard let function, !function.parameters.isEmpty else { return nil }
        return ParameterTypes(
            count: function.parameters.count, isOfInstance: function.kind == .ofInstance)
    }
}

/// A generic function of the registration file that passes on the types of parameters.
struct ParameterTypes: Hashable {
    /// The maximum number of parameters; functions with more are not published.
    static let limit = 24

    let count: Int
    let isOfInstance: Bool

    var name: String { "_msw_types\(count)" + (isOfInstance ? "OfMethod" : "") }

    var declaration: String {
        let names = (0..<count).map { "A\($0)" }
        let function = "(\(names.joined(separator: ", "))) async throws -> R"
        let results = names.map { "ModSwift.PublishedType<\($0)>" }.joined(separator: ", ")
        let values = names.map { _ in ".init()" }.joined(separator: ", ")
        return """

            private func \(name)<\(isOfInstance ? "S: ~Copyable, " : "")\(names.joined(separator: ", ")), R: ~Copyable>(
                _: \(isOfInstance ? "(borrowing S) -> " : "")\(function)
            ) -> (\(results)) { (\(values)) }

            """
    }
}

extension Publication {
    private static let call = "_msw_call"

    /// The statement that registers it, on a single line, because that line has the author's line
    /// number.
    var statement: String {
        let identity = effects.isAsync ? RegistrationWriter.asyncCall : RegistrationWriter.call
        let kinds = parameters.indices.map { "\(parameter($0)).kind" }.joined(separator: ", ")
        return "do { \(readers)let _msw_body = \(identity) { \(body) }; "
            + "\(RegistrationWriter.registrar).publish(\(path.asStringLiteral), [\(kinds)], "
            + "\(RegistrationWriter.result)(_msw_body).result(), _msw_body) }"
    }

    private var readers: String {
        guard let function, let types else { return "" }
        let parts = function.parameters.enumerated().map { index, parameter in
            let type = types.count == 1 ? "_msw_types" : "_msw_types.\(index)"
            let name = parameter.fieldName ?? parameter.variable.withoutBackticks
            var text = "let \(self.parameter(index)) = \(type).parameter(\(name.asStringLiteral))"
            if parameter.fieldName == nil { text += ".inPath" }
            switch parameter.defaultValue {
            case .literal(let value): text += ".defaulting(to: \(value))"
            case .expression: text += ".omittable"
            case nil: break
            }
            return text + "; "
        }
        return "let _msw_types = \(types.name)(\(function.fullReference)); " + parts.joined()
    }

    private var body: String {
        let needsRequest = target.contains(HandlerCall.argument)
        guard !parameters.isEmpty || needsRequest else {
            return "(_: ModSwift.PublishedCall) in \(invocation(giving: []))"
        }
        let values = parameters.indices.map {
            "let \(value($0)) = \(Self.call)[\(parameter($0))]; "
        }.joined()
        let request = "let \(HandlerCall.argument) = \(Self.call).request; "
        return "(\(Self.call): ModSwift.PublishedCall) in \(values)"
            + (parameters.isEmpty ? "" : "try \(Self.call).check(); ")
            + (needsRequest ? request : "") + choice(among: omittable, giving: always)
    }

    /// Returns a call for each combination of the arguments that may be omitted.
    private func choice(among rest: [Int], giving given: Set<Int>) -> String {
        guard let next = rest.first else { return "return \(invocation(giving: given))" }
        let others = Array(rest.dropFirst())
        return
            "if \(value(next)).isGiven { \(choice(among: others, giving: given.union([next]))) } "
            + "else { \(choice(among: others, giving: given)) }"
    }

    private func invocation(giving given: Set<Int>) -> String {
        guard let function else { return effects.marks + target }
        let arguments = function.parameters.enumerated().filter { given.contains($0.offset) }
            .map { $0.element.passing("\(value($0.offset)).value") }
        return "\(effects.marks)\(target)(\(arguments.joined(separator: ", ")))"
    }

    private func parameter(_ index: Int) -> String { "_msw_parameter\(index)" }
    private func value(_ index: Int) -> String { "_msw_value\(index)" }

    private var omittable: [Int] { parameters.indices.filter { parameters[$0].isOmittable } }
    private var always: Set<Int> { Set(parameters.indices).subtracting(omittable) }
}

extension Parameter {
    /// Whether a call must omit it if there is no value for it.
    var isOmittable: Bool { if case .expression = defaultValue { true } else { false } }
}

extension FunctionDeclaration {
    /// The name that no function with another number of parameters has: `f(_:)`.
    var fullReference: String {
        parameters.isEmpty
            ? name.reference
            : "\(name.reference)(\(parameters.map { "\($0.label):" }.joined()))"
    }
}
