// SPDX-License-Identifier: Apache-2.0

/// Decides which declarations of a module the publisher publishes: public ones that a URL can name
/// and a request can call. Gives reasons for the others.
struct PublicationRules {
    /// The maximum number of defaults that are not literals: a call is generated for each
    /// combination, 16 for 4 of them.
    private static let omittableLimit = 4

    /// The maximum nesting of instances, which may be recursive.
    private static let depthLimit = 8
    private static let countLimit = 4096

    private let module: ModuleDeclarations
    private let handlers: HandlerRules
    private let instances = Instances()
    /// The functions, by name and labels.
    private let references: [String: [FunctionDeclaration]]

    init(module: ModuleDeclarations) {
        self.module = module
        handlers = HandlerRules(module: module)
        references = Dictionary(grouping: module.functions, by: \.fullReference)
    }

    /// Returns the declarations that could be published, and the paths of instances by the names of
    /// their types.
    func publications() -> (candidates: [Candidate], instances: [String: Set<String>]) {
        var found = module.functions.compactMap(candidate)
        for value in module.values where value.isPublic && found.count < Self.countLimit {
            found += candidates(of: value)
        }
        return (found, instances.paths)
    }

    // MARK: Functions

    private func candidate(_ function: FunctionDeclaration) -> Candidate? {
        guard function.isPublic, isPublic(function.surroundings.type, when: function.condition),
            let path = path(of: function.name, isCall: function.isCallAsFunction)
        else { return nil }
        return Candidate(
            name: path, condition: function.condition, place: function.place,
            outcome: outcome(of: function, at: path))
    }

    private func outcome(of function: FunctionDeclaration, at path: String) -> Outcome {
        if let obstacle = obstacle(to: function) { return .refused(obstacle) }
        guard function.kind == .ofInstance else {
            return .published(
                Publication(
                    path: path, target: function.name.reference, effects: function.effects,
                    function: function))
        }
        guard
            let construction = construction(
                of: function.surroundings.type, when: function.condition)
        else {
            return .refused(noConstruction(of: function.surroundings.type))
        }
        return .published(
            Publication(
                path: path, target: construction.expression + function.afterInstance,
                effects: function.effects.union(construction.effects), function: function))
    }

    private func obstacle(to function: FunctionDeclaration) -> String? {
        if let obstacle = handlers.obstacle(to: function) ?? nameObstacle(function.name) {
            return obstacle
        }
        if function.kind == .ofInstance,
            module.types(named: function.surroundings.type, when: function.condition)
                .contains(where: \.isNoncopyable)
        {
            return "its type cannot be copied"
        }
        if function.isMutating { return "it changes its instance, which no other call would see" }
        if function.parameters.count > ParameterTypes.limit {
            return "it takes more than \(ParameterTypes.limit) parameters"
        }
        if let obstacle = function.parameters.lazy.compactMap(\.publicationObstacle).first {
            return obstacle
        }
        if let parameter = function.parameters.first(where: {
            isFunctionAlias($0, inside: function.surroundings.type)
        }) {
            return "its parameter \(parameter.variable) is a function"
        }
        if function.parameters.filter(\.isOmittable).count > Self.omittableLimit {
            return "more than \(Self.omittableLimit) of its defaults are not literals"
        }
        let same = references[function.fullReference, default: []].filter {
            !$0.condition.excludes(function.condition)
        }
        return same.count > 1
            ? "more than one function has its name and labels (\(same.map(\.place).inWords))" : nil
    }

    private func isFunctionAlias(_ parameter: Parameter, inside type: QualifiedName) -> Bool {
        guard let text = parameter.typeText else { return false }
        let spelling = text.split(separator: ".").reduce(QualifiedName.topLevel) {
            $0.appending(String($1))
        }
        guard let name = module.resolve(spelling, inside: type) else { return false }
        return module.types(named: name, when: .always).contains(where: \.isFunctionAlias)
    }

    // MARK: Values

    private func candidates(of value: ValueDeclaration) -> [Candidate] {
        let type = value.surroundings.type
        guard isPublic(type, when: value.condition), let path = path(of: value.name, isCall: false)
        else { return [] }
        if let obstacle = obstacle(to: value) { return [refused(value, at: path, obstacle)] }
        guard value.kind == .ofInstance else {
            return candidates(of: value, at: path, as: value.name.reference, value.effects, [])
        }
        guard let construction = construction(of: type, when: value.condition) else {
            return [refused(value, at: path, noConstruction(of: type))]
        }
        let name = value.name.components.last ?? ""
        return candidates(
            of: value, at: path, as: "\(construction.expression).\(name)",
            value.effects.union(construction.effects), [type.name])
    }

    /// Returns the candidates for a value, and for the members of its instance that its type
    /// publishes.
    ///
    /// - Parameter types: The types between the root and this value, which are not visited again.
    private func candidates(
        of value: ValueDeclaration, at path: String, as expression: String, _ effects: Effects,
        _ types: [String]
    ) -> [Candidate] {
        var found: [Candidate] = []
        if let type = instanceType(of: value), !types.contains(type.name),
            types.count < Self.depthLimit
        {
            instances.paths[type.name, default: []].insert(path)
            found = members(
                of: type, at: path, of: expression, effects, types + [type.name], value.condition)
        }
        let publication = Publication(
            path: path, target: expression, effects: effects, function: nil)
        if !found.contains(where: { $0.name == path }) {
            found.append(
                Candidate(
                    name: path, condition: value.condition, place: value.place,
                    outcome: .published(publication)))
        }
        return found
    }

    private func members(
        of type: QualifiedName, at path: String, of expression: String, _ effects: Effects,
        _ types: [String], _ condition: Condition
    ) -> [Candidate] {
        func candidate(_ function: FunctionDeclaration) -> Candidate? {
            guard let last = self.path(of: function.name, isCall: false)?.split(separator: "/").last
            else { return nil }
            let inner = function.isCallAsFunction ? path : "\(path)/\(last)"
            let publication = Publication(
                path: inner, target: expression + function.afterInstance,
                effects: effects.union(function.effects), function: function)
            return Candidate(
                name: inner, condition: condition.union(function.condition), place: function.place,
                outcome: obstacle(to: function).map(Outcome.refused) ?? .published(publication))
        }
        func candidates(_ value: ValueDeclaration) -> [Candidate] {
            guard let last = self.path(of: value.name, isCall: false)?.split(separator: "/").last
            else { return [] }
            let inner = "\(path)/\(last)"
            if let obstacle = obstacle(to: value) { return [refused(value, at: inner, obstacle)] }
            return self.candidates(
                of: value, at: inner, as: "\(expression).\(value.name.components.last ?? "")",
                effects.union(value.effects), types)
        }
        return module.functions.filter { $0.isInstanceMember(of: type, when: condition) }
            .compactMap(candidate)
            + module.values.filter { $0.isInstanceMember(of: type, when: condition) }
            .flatMap(candidates)
    }

    /// Returns the type of a value whose instance is a component of URLs; nil if it cannot be
    /// determined, or has nothing to publish.
    private func instanceType(of value: ValueDeclaration) -> QualifiedName? {
        let inside = value.surroundings.type
        let written = value.type.flatMap { module.resolve($0, inside: inside) }
        let made = value.madeWith.flatMap { module.resolve($0, inside: inside) }.flatMap {
            module.initializers[$0.name, default: []].contains(where: \.isFailable) ? nil : $0
        }
        guard let name = written ?? made, isPublic(name, when: value.condition) else { return nil }
        return module.types(named: name, when: value.condition).contains { $0.kind == .actor }
            ? nil : name
    }

    private func obstacle(to value: ValueDeclaration) -> String? {
        if let obstacle = value.hiddenAccess.map({ "it is \($0)" }) ?? value.obstacle
            ?? value.surroundings.obstacle ?? nameObstacle(value.name)
            ?? handlers.obstacle(inTypesOf: value.surroundings.type, when: value.condition)
            ?? handlers.isolation(
                value.isolation, in: value.surroundings, isOfInstance: value.kind == .ofInstance,
                when: value.condition)
        {
            return obstacle
        }
        let inside = value.surroundings.type
        let spelled = value.type ?? value.madeWith
        let isNoncopyable = spelled.flatMap { module.resolve($0, inside: inside) }.map {
            module.types(named: $0, when: value.condition).contains(where: \.isNoncopyable)
        }
        let known: Set = ["Mutex", "Atomic", "AtomicLazyReference"]
        return isNoncopyable ?? spelled.map({ known.contains($0.baseName) }) ?? false
            ? "it cannot be copied" : nil
    }

    private func refused(
        _ value: ValueDeclaration, at path: String, _ reason: String
    ) -> Candidate {
        Candidate(
            name: path, condition: value.condition, place: value.place, outcome: .refused(reason))
    }
}

/// The paths of instances, by the names of their types.
private final class Instances {
    var paths: [String: Set<String>] = [:]
}

extension PublicationRules {
    /// Whether a type and all types around it are public; the top level of the module is.
    private func isPublic(_ type: QualifiedName, when condition: Condition) -> Bool {
        type.prefixes.allSatisfy { name in
            let types = module.types(named: name, when: condition)
            return !types.isEmpty
                && types.allSatisfy { $0.isPublic && $0.kind != .alias && $0.kind != .protocol }
        }
    }

    /// Returns the path of a declaration in a URL; nil if a name marks it as private.
    private func path(of name: QualifiedName, isCall: Bool) -> String? {
        let words = isCall ? name.words.dropLast() : name.words[...]
        return words.contains { $0.hasPrefix("_") } ? nil : words.joined(separator: "/")
    }

    private func nameObstacle(_ name: QualifiedName) -> String? {
        name.words.contains { $0.contains("/") } ? "its name holds a slash" : nil
    }

    private func construction(of type: QualifiedName, when condition: Condition) -> Construction? {
        ConstructionRules(module: module, type: type, condition: condition, argument: .request)
            .construction()
    }

    private func noConstruction(of type: QualifiedName) -> String {
        "its type \(type.name) needs an init() or init(_ req: Request) that anyone may call, because "
            + "every call makes a new \(type.name)"
    }
}

extension FunctionDeclaration {
    /// Whether it is `callAsFunction`, by which an instance itself is called.
    fileprivate var isCallAsFunction: Bool {
        kind == .ofInstance && name.baseName == "callAsFunction"
    }

    /// The text after the instance in a call of the method.
    fileprivate var afterInstance: String { ".\(name.components.last ?? "")" }

    fileprivate func isInstanceMember(of type: QualifiedName, when condition: Condition) -> Bool {
        kind == .ofInstance && isPublic && surroundings.type.name == type.name
            && !self.condition.excludes(condition)
    }
}

extension ValueDeclaration {
    fileprivate func isInstanceMember(of type: QualifiedName, when condition: Condition) -> Bool {
        kind == .ofInstance && isPublic && surroundings.type.name == type.name
            && !self.condition.excludes(condition)
    }
}
