// SPDX-License-Identifier: Apache-2.0

/// The declarations in the files of a module, as far as they determine what can be a handler.
struct ModuleDeclarations {
    var functions: [FunctionDeclaration] = []
    var variables: [VariableDeclaration] = []

    /// Variables that are relevant for the publisher.
    var values: [ValueDeclaration] = []

    /// The initialisers, by the name of their type.
    private(set) var initializers: [String: [Initializer]] = [:]

    private var types: [String: [TypeDeclaration]] = [:]

    /// Base names of types declared with `@globalActor`.
    private var globalActors: Set<String> = []

    mutating func add(_ type: TypeDeclaration) {
        types[type.name.name, default: []].append(type)
        if type.isolation.attributes.contains("globalActor") {
            globalActors.insert(type.name.baseName)
        }
    }

    mutating func add(_ initializer: Initializer, to type: QualifiedName) {
        initializers[type.name, default: []].append(initializer)
    }
}

extension ModuleDeclarations {
    /// The declarations of a type that may exist when the condition holds.
    func types(named name: QualifiedName, when condition: Condition) -> [TypeDeclaration] {
        types[name.name, default: []].filter { !$0.condition.excludes(condition) }
    }

    /// Resolves a type name inside a type; nil if the module does not declare the type.
    func resolve(_ spelling: QualifiedName, inside type: QualifiedName) -> QualifiedName? {
        let candidates = type.prefixes.reversed().map { $0.appending(spelling) } + [spelling]
        return candidates.first { types[$0.name] != nil }
    }

    /// Returns the global actor among attributes.
    func globalActor(among attributes: [String]) -> String? {
        attributes.first {
            globalActors.contains($0) || ($0.hasSuffix("Actor") && $0 != "globalActor")
        }
    }

    /// Returns the global actor of a declaration or its members, including an inherited one.
    func globalActor(of isolation: Isolation, inside type: QualifiedName) -> String? {
        var visited: Set<String> = []
        return globalActor(of: isolation, inside: type, visited: &visited)
    }

    private func globalActor(
        of isolation: Isolation, inside type: QualifiedName, visited: inout Set<String>
    ) -> String? {
        if isolation.isNonisolated { return nil }
        if let own = globalActor(among: isolation.attributes) { return own }
        for spelling in isolation.supertypes {
            guard let name = resolve(spelling, inside: type) else { continue }
            guard visited.insert(name.name).inserted else { continue }
            for supertype in types[name.name, default: []] {
                let inherited = globalActor(
                    of: supertype.isolation, inside: supertype.name, visited: &visited)
                if let inherited { return inherited }
            }
        }
        return nil
    }
}
