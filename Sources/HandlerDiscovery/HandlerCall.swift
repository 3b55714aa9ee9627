// SPDX-License-Identifier: Apache-2.0

/// How the registration file gets at a handler.
enum HandlerCall {
    /// The function itself, by name.
    case reference(String)

    /// A closure around a call.
    ///
    /// Its result type is left to the compiler: the author's text may need imports, or names of
    /// its type, that the registration file does not have.
    case closure(parameters: String, isAsync: Bool, body: String)

    /// What closures call their first argument; further ones are counted.
    ///
    /// Names of ours begin with `_msw_`, so that they hide no function of the author's.
    static let argument = "_msw_argument"

    /// What closures call an instance they have to change.
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

    /// A method of an instance that is made for the call.
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
    /// The statement that registers it, on one line, because the line is the author's.
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
    /// The arguments of a call that leaves defaults alone: `for: _msw_argument`.
    fileprivate var passedArgument: String {
        zip(neededParameters, argumentNames).map { $0.passing($1) }.joined(separator: ", ")
    }

    /// What a closure around such a call takes: `_msw_argument: ModSwift.Request`.
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
