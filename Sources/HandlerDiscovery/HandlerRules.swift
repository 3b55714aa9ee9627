// SPDX-License-Identifier: Apache-2.0

/// Decides which declarations of a module are handlers, and gives reasons for the others.
struct HandlerRules {
    let module: ModuleDeclarations

    /// Nil for a function that is clearly not meant to be a handler.
    func candidate(_ function: FunctionDeclaration) -> Candidate? {
        outcome(of: function).map {
            Candidate(
                name: function.name.name, condition: function.condition, place: function.place,
                outcome: $0)
        }
    }

    func candidate(_ variable: VariableDeclaration) -> Candidate {
        Candidate(
            name: variable.name.name, condition: variable.condition, place: variable.place,
            outcome: .refused("it is a variable, not a function"))
    }

    private func outcome(of function: FunctionDeclaration) -> Outcome? {
        let reading = ParameterClassification(of: function, in: module)
        if case .irrelevant = reading { return nil }
        if let obstacle = obstacle(to: function) { return .refused(obstacle) }
        switch reading {
        case .argument(let argument): return outcome(of: function, taking: argument)
        case .provider(let form): return outcome(of: function, taking: .request, as: form)
        case .unsuitable(let reason): return .refused(reason)
        case .irrelevant: return nil
        }
    }

    private func outcome(
        of function: FunctionDeclaration, taking argument: HandlerArgument,
        as form: ProviderForm? = nil
    ) -> Outcome {
        guard function.kind == .ofInstance else {
            return .handler(HandlerCall(function, taking: argument), form)
        }
        let type = function.surroundings.type
        let rules = ConstructionRules(
            module: module, type: type, condition: function.condition, argument: argument)
        if let construction = rules.construction() {
            return .handler(HandlerCall(function, taking: argument, of: construction), form)
        }
        return .refused(
            "its type \(type.name) needs an init() or init(\(argument.parameter)) that anyone may "
                + "call, because every call makes a new \(type.name)")
    }
}

extension HandlerRules {
    /// The reason why a function cannot be accessed or called, whatever its parameters.
    func obstacle(to function: FunctionDeclaration) -> String? {
        function.obstacle ?? function.surroundings.obstacle
            ?? obstacle(inTypesOf: function.surroundings.type, when: function.condition)
            ?? isolation(
                function.isolation, in: function.surroundings,
                isOfInstance: function.kind == .ofInstance, when: function.condition)
    }

    func obstacle(inTypesOf type: QualifiedName, when condition: Condition) -> String? {
        for name in type.prefixes {
            let types = module.types(named: name, when: condition)
                .filter { $0.kind != .alias }
            if types.isEmpty {
                return "it extends \(name.name), which this module does not declare as a type"
            }
            if types.contains(where: { $0.kind == .protocol }) {
                return "it belongs to the protocol \(name.name), not to a type"
            }
            if let obstacle = types.lazy.compactMap(\.obstacle).first { return obstacle }
        }
        return nil
    }

    /// The actor that a declaration belongs to, as part of a message.
    func isolation(
        _ own: Isolation, in surroundings: DeclarationContext, isOfInstance: Bool,
        when condition: Condition
    ) -> String? {
        if own.isNonisolated { return nil }
        let type = surroundings.type
        let types = module.types(named: type, when: condition)
        let isOfActor = isOfInstance && types.contains { $0.kind == .actor }
        let isolations = [own, surroundings.isolation] + types.map(\.isolation)
        let globalActor = isolations.lazy
            .compactMap { module.globalActor(of: $0, inside: type) }.first
        return (globalActor.map { "@\($0)" } ?? (isOfActor ? "the actor \(type.name)" : nil))
            .map { "it runs on \($0), and a handler runs on the server's own thread" }
    }
}
