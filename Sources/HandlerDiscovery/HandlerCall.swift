// SPDX-License-Identifier: Apache-2.0

/// How the registration file gets at a handler.
enum HandlerCall {
    /// The function itself, by name.
    case reference(String)

    /// A closure around a call.
    ///
    /// Its result type is left to the compiler: the author's text may need imports, or names of
    /// its type, that the registration file does not have.
    case closure(of: HandlerArgument, isAsync: Bool, body: String)

    /// What closures call their argument.
    ///
    /// Names of ours begin with `_msw_`, so that they hide no function of the author's.
    static let argument = "_msw_argument"

    /// What closures call an instance they have to change.
    private static let instance = "_msw_instance"
}

extension HandlerCall {
    /// A function that needs no instance.
    init(_ function: FunctionDeclaration, taking argument: HandlerArgument) {
        guard function.parameters.count > 1 else {
            self = .reference(function.reference)
            return
        }
        let call = "\(function.name.reference)(\(function.passedArgument))"
        self = .closure(
            of: argument, isAsync: function.effects.isAsync, body: function.effects.marks + call)
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
        self = .closure(of: argument, isAsync: effects.isAsync, body: body)
    }
}

extension HandlerCall {
    /// The statement that registers it, on one line, because the line is the author's.
    func statement(registering name: String) -> String {
        let add = "\(RegistrationWriter.registrar).add(\(name.asStringLiteral), "
        switch self {
        case .reference(let reference):
            return "\(add)\(reference))"
        case .closure(let argument, let isAsync, let body):
            let identity = isAsync ? RegistrationWriter.asyncCall : RegistrationWriter.call
            let closure = "{ (\(Self.argument): ModSwift.\(argument.rawValue)) in \(body) }"
            return "do { let _msw_handler = \(identity) \(closure); \(add)_msw_handler) }"
        }
    }
}

extension FunctionDeclaration {
    /// The argument of a call that leaves defaults alone: `for: _msw_argument`.
    fileprivate var passedArgument: String {
        neededParameters.map { $0.passing(HandlerCall.argument) }.joined(separator: ", ")
    }

    /// The name after a dot.
    fileprivate var spelledBaseName: String { name.components.last ?? "" }
}
