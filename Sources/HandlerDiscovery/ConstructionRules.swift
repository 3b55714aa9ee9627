// SPDX-License-Identifier: Apache-2.0

/// Determines how to create an instance for a method that is a handler.
struct ConstructionRules {
    let module: ModuleDeclarations
    let type: QualifiedName
    let condition: Condition
    let argument: HandlerArgument

    /// Nil if the type cannot be created without arguments or with only the handler's argument.
    func construction() -> Construction? {
        construction(as: type, depth: 0)
    }

    /// The construction that the initialisers of a type, or of one of its superclasses, allow.
    private func construction(as name: QualifiedName, depth: Int) -> Construction? {
        let declarations = module.types(named: name, when: condition)
        guard depth < 32, declarations.count == 1, let type = declarations.first else { return nil }
        let known = module.initializers[name.name, default: []].filter {
            !$0.condition.excludes(condition)
        }
        if let chosen = choice(among: known.filter { isUsable($0, of: type) }) {
            return construction(with: chosen)
        }
        let isImplicit = known.allSatisfy(\.leavesImplicitOne)
        return isImplicit ? implicitConstruction(of: type, depth: depth) : nil
    }

    private func choice(among usable: [Initializer]) -> Initializer? {
        usable.first { parameter(of: $0) != nil } ?? usable.first { $0.neededParameters.isEmpty }
    }

    private func implicitConstruction(of type: TypeDeclaration, depth: Int) -> Construction? {
        guard type.hasCompleteDefaults, !isIsolated(type) else { return nil }
        if type.kind == .class, let superclass = superclass(of: type) {
            return construction(as: superclass, depth: depth + 1)
        }
        let isMadeFromNothing = [.structure, .class, .actor].contains(type.kind)
        return isMadeFromNothing ? construction(with: nil) : nil
    }

    private func construction(with initializer: Initializer?) -> Construction {
        let passed = initializer.flatMap(parameter)?.passing(HandlerCall.argument) ?? ""
        return Construction(
            expression: "\(type.reference)(\(passed))",
            effects: initializer?.effects ?? Effects())
    }
}

extension ConstructionRules {
    private func isUsable(_ initializer: Initializer, of type: TypeDeclaration) -> Bool {
        let isThere = initializer.condition.follows(from: condition, and: type.condition)
        let isFree =
            initializer.isolation.isNonisolated
            || !isIsolated(type)
                && module.globalActor(among: initializer.isolation.attributes) == nil
        return initializer.isReachable && isThere && isFree
    }

    /// Actors can be created anywhere; types of a global actor only on that actor.
    private func isIsolated(_ type: TypeDeclaration) -> Bool {
        module.globalActor(of: type.isolation, inside: type.name) != nil
    }

    /// The parameter for the handler's argument, if no other argument is needed.
    private func parameter(of initializer: Initializer) -> Parameter? {
        let needed = initializer.neededParameters
        guard needed.count == 1, let parameter = needed.first else { return nil }
        return module.argument(of: parameter, inside: self.type) == argument
            ? parameter : nil
    }

    private func superclass(of type: TypeDeclaration) -> QualifiedName? {
        type.isolation.supertypes.first
            .flatMap { module.resolve($0, inside: type.name) }
            .flatMap { name in
                module.types(named: name, when: condition).contains { $0.kind == .class }
                    ? name : nil
            }
    }
}
