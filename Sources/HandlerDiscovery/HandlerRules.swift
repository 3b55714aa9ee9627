// SPDX-License-Identifier: Apache-2.0

/// Decides which declarations of a module are handlers, and says why others are not.
struct HandlerRules {
    let module: ModuleDeclarations

    /// Nil for a function that nobody would take for a handler.
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
        let rules = ConstructionRules(module: module, method: function, argument: argument)
        if let construction = rules.construction() {
            return .handler(HandlerCall(function, taking: argument, of: construction), form)
        }
        let type = function.surroundings.type.name
        return .refused(
            "its type \(type) needs an init() or init(\(argument.parameter)) that anyone may call, "
                + "because every call makes a new \(type)")
    }
}

extension HandlerRules {
    /// Why a function cannot be reached or called, whatever it takes.
    private func obstacle(to function: FunctionDeclaration) -> String? {
        function.obstacle ?? function.surroundings.obstacle ?? obstacle(inTypesOf: function)
            ?? isolation(of: function)
    }

    private func obstacle(inTypesOf function: FunctionDeclaration) -> String? {
        for name in function.surroundings.type.prefixes {
            let types = module.types(named: name, when: function.condition)
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

    private func isolation(of function: FunctionDeclaration) -> String? {
        if function.isolation.isNonisolated { return nil }
        let type = function.surroundings.type
        let types = module.types(named: type, when: function.condition)
        let isOfActor = function.kind == .ofInstance && types.contains { $0.kind == .actor }
        let isolations =
            [function.isolation, function.surroundings.isolation] + types.map(\.isolation)
        let globalActor = isolations.lazy
            .compactMap { module.globalActor(of: $0, inside: type) }.first
        return (globalActor.map { "@\($0)" } ?? (isOfActor ? "the actor \(type.name)" : nil))
            .map { "it runs on \($0), and a handler runs on the server's own thread" }
    }
}
