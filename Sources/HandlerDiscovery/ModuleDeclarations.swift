// SPDX-License-Identifier: Apache-2.0

/// What the files of a module declare, as far as it decides what can be a handler.
struct ModuleDeclarations {
    var functions: [FunctionDeclaration] = []
    var variables: [VariableDeclaration] = []

    /// Variables that the publisher may know.
    var values: [ValueDeclaration] = []

    /// By the name of their type.
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
    /// The declarations of a type that can be there when the condition holds.
    func types(named name: QualifiedName, when condition: Condition) -> [TypeDeclaration] {
        types[name.name, default: []].filter { !$0.condition.excludes(condition) }
    }

    /// The name of the type that a spelling means inside a type; nil if it is not of this module.
    func resolve(_ spelling: QualifiedName, inside type: QualifiedName) -> QualifiedName? {
        let candidates = type.prefixes.reversed().map { $0.appending(spelling) } + [spelling]
        return candidates.first { types[$0.name] != nil }
    }

    /// The global actor among some attributes.
    func globalActor(among attributes: [String]) -> String? {
        attributes.first {
            globalActors.contains($0) || ($0.hasSuffix("Actor") && $0 != "globalActor")
        }
    }

    /// The global actor that a declaration brings to itself or its members, inherited ones included.
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
