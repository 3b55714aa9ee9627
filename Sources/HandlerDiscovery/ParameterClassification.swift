// SPDX-License-Identifier: Apache-2.0

/// The role of a function, as determined by its parameters.
enum ParameterClassification {
    case argument(HandlerArgument)

    /// A function for httpd's access control: it takes a Request and further arguments.
    case provider(ProviderForm)

    /// A function that cannot be a handler, although its author may think so.
    case unsuitable(String)

    case irrelevant

    init(of function: FunctionDeclaration, in module: ModuleDeclarations) {
        let needed = function.neededParameters
        let type = function.surroundings.type
        if let first = needed.first, let form = ProviderForm(needed.dropFirst()),
            module.argument(of: first, inside: type) == .request,
            module.resolve(QualifiedName.topLevel.appending("String"), inside: type) == nil
        {
            self = .provider(form)
            return
        }
        if needed.count == 1, let parameter = needed.first {
            if let argument = module.argument(of: parameter, inside: type) {
                self = .argument(argument)
                return
            }
            if case .near(let reason) = parameter.kind {
                self = .unsuitable(reason)
                return
            }
        }
        self =
            HandlerArgument(ofDefaultName: function.name.baseName)
            .map { .unsuitable(Self.mismatch(of: needed, with: $0)) } ?? .irrelevant
    }

    /// Describes how parameters differ from those that a default name requires.
    private static func mismatch(of needed: [Parameter], with argument: HandlerArgument) -> String {
        guard let only = needed.first else { return "it takes no parameter; \(argument.rule)" }
        if needed.count > 1 { return "it takes \(needed.count) parameters; \(argument.rule)" }
        if case .argument(let own, _) = only.kind {
            let name = own.rawValue
            return "its parameter is this module's own \(name), not ModSwift.\(name)"
        }
        let type = only.typeText.map { "is of type \($0)" } ?? "has another type"
        return "its parameter \(type); \(argument.rule)"
    }
}

extension ModuleDeclarations {
    /// Returns the ModSwift type of a parameter, unless the module declares a type of that name.
    func argument(of parameter: Parameter, inside type: QualifiedName) -> HandlerArgument? {
        guard case .argument(let argument, let isQualified) = parameter.kind else { return nil }
        let spelling = QualifiedName.topLevel.appending(argument.rawValue)
        return isQualified || resolve(spelling, inside: type) == nil ? argument : nil
    }
}
