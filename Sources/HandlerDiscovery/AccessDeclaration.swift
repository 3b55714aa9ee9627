// SPDX-License-Identifier: Apache-2.0

/// The names of variables that protect published declarations: `access` protects the module or a
/// type, `emailAccess` protects `email`.
enum AccessDeclaration {
    /// Whether a variable with this name may be an access declaration.
    static func isName(_ name: String) -> Bool { name == "access" || name.hasSuffix("Access") }

    /// The name of the protected declaration: nil for the module or the type that contains the
    /// variable.
    static func subject(of name: String) -> String? {
        name == "access" ? nil : String(name.dropLast("Access".count))
    }
}

/// Finds the access declarations of a module, and their errors: a declaration that protected
/// nothing would leave open what its author believes to be protected.
struct AccessRules {
    let module: ModuleDeclarations
    /// The paths that are published, or would be without an obstacle.
    let paths: Set<String>
    /// The paths of instances, by the names of their types.
    let instances: [String: Set<String>]

    /// A protection that the registration file can register, or an error that must end the build.
    enum Finding {
        case protection(path: String, reference: String, effects: Effects)
        case mistake(String)
    }

    struct Found {
        let finding: Finding
        let condition: Condition
        let place: Place
    }

    func all() -> [Found] {
        module.values.filter { AccessDeclaration.isName($0.name.baseName) }.flatMap(findings)
    }

    private func findings(of value: ValueDeclaration) -> [Found] {
        let isCertain = isAccess(value)
        let targets = targets(of: value)
        if let mistake = mistake(in: value, protecting: targets) {
            return isCertain
                ? [
                    Found(
                        finding: .mistake(mistake), condition: value.condition, place: value.place)
                ]
                : []
        }
        return targets.map {
            Found(
                finding: .protection(
                    path: $0, reference: value.name.reference, effects: value.effects),
                condition: value.condition, place: value.place)
        }
    }

    /// Whether its spelling shows that it is an access declaration; otherwise the compiler decides.
    private func isAccess(_ value: ValueDeclaration) -> Bool {
        guard let type = value.type ?? value.madeWith else { return false }
        if type.words == ["ModSwift", "Access"] { return true }
        return type.words == ["Access"]
            && module.resolve(type, inside: value.surroundings.type) == nil
    }

    private func mistake(in value: ValueDeclaration, protecting targets: [String]) -> String? {
        let name = value.name.baseName
        if let access = value.hiddenAccess {
            return "\(name) is \(access): the publisher cannot see it"
        }
        if value.kind == .ofInstance { return "\(name) must be static: it protects all instances" }
        if value.effects.isAsync || value.obstacle != nil
            || module.globalActor(of: value.isolation, inside: value.surroundings.type) != nil
        {
            return "\(name) must be a plain constant or computed property"
        }
        if value.condition.text == nil { return "the condition of its #if cannot be repeated" }
        return targets.isEmpty
            ? "\(name) protects nothing: nothing public has the name "
                + "\(AccessDeclaration.subject(of: name) ?? "")" : nil
    }

    /// The paths that it protects. Instances of a type may have further paths.
    private func targets(of value: ValueDeclaration) -> [String] {
        let type = value.surroundings.type
        let owners =
            [type.words.joined(separator: "/")] + instances[type.name, default: []].sorted()
        guard let subject = AccessDeclaration.subject(of: value.name.baseName) else {
            return owners
        }
        return owners.map { $0.isEmpty ? subject : "\($0)/\(subject)" }.filter(paths.contains)
    }
}
