// SPDX-License-Identifier: Apache-2.0

/// The expression with which the registration file refers to a handler.
enum HandlerCall {
    /// The function itself, by name.
    case reference(String)

    /// A closure around a call.
    ///
    /// The compiler infers its result type: the type as the author wrote it may need imports, or
    /// names of its type, that the registration file does not have.
    case closure(parameters: String, isAsync: Bool, body: String)

    /// The name of the first argument in closures; further ones are numbered.
    ///
    /// Generated names begin with `_msw_`, so that they do not shadow the author's functions.
    static let argument = "_msw_argument"

    /// The name of an instance in closures that must mutate it.
    private static let instance = "_msw_instance"
}

extension HandlerCall {
    /// A function that needs no instance.
    init(_ function: FunctionDeclaration, taking argument: HandlerArgument) {
        guard function.parameters.count > function.neededParameters.count
        else {
            self = .reference(function.reference)
            return
        }
        let call = "\(function.name.reference)(\(function.passedArgument))"
        self = .closure(
            parameters: function.closureParameters(taking: argument),
            isAsync: function.effects.isAsync, body: function.effects.marks + call)
    }

    /// A method of an instance that is created for the call.
    init(
        _ method: FunctionDeclaration, taking argument: HandlerArgument,
        of construction: Construction
    ) {
        let effects = method.effects.union(construction.effects)
        let call = "\(method.spelledBaseName)(\(method.passedArgument))"
        let body =
            method.isMutating
            ? "var \(Self.instance) = \(construction.effects.marks)\(construction.expression); "
                + "return \(method.effects.marks)\(Self.instance).\(call)"
            : "\(effects.marks)\(construction.expression).\(call)"
        self = .closure(
            parameters: method.closureParameters(taking: argument), isAsync: effects.isAsync,
            body: body)
    }
}

extension HandlerCall {
    /// The statement that registers it, on a single line, because that line has the author's line
    /// number.
    func statement(registering name: String, as form: ProviderForm?) -> String {
        let method = form?.registration ?? "add"
        let add = "\(RegistrationWriter.registrar).\(method)(\(name.asStringLiteral), "
        switch self {
        case .reference(let reference):
            return "\(add)\(reference))"
        case .closure(let parameters, let isAsync, let body):
            let identity = isAsync ? RegistrationWriter.asyncCall : RegistrationWriter.call
            let closure = "{ (\(parameters)) in \(body) }"
            return "do { let _msw_handler = \(identity) \(closure); \(add)_msw_handler) }"
        }
    }
}

extension FunctionDeclaration {
    /// The arguments of a call that uses all defaults: `for: _msw_argument`.
    fileprivate var passedArgument: String {
        zip(neededParameters, argumentNames).map { $0.passing($1) }.joined(separator: ", ")
    }

    /// The parameters of a closure around such a call: `_msw_argument: ModSwift.Request`.
    fileprivate func closureParameters(taking argument: HandlerArgument) -> String {
        let types =
            ["ModSwift.\(argument.rawValue)"]
            + neededParameters.dropFirst().map { _ in "Swift.String" }
        return zip(argumentNames, types).map { "\($0): \($1)" }.joined(separator: ", ")
    }

    private var argumentNames: [String] {
        neededParameters.indices.map { index in
            index == 0 ? HandlerCall.argument : "\(HandlerCall.argument)\(index)"
        }
    }

    /// The name after a dot.
    fileprivate var spelledBaseName: String { name.components.last ?? "" }
}
