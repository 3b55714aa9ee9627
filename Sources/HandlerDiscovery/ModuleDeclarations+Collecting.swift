// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

extension ModuleDeclarations {
    /// Adds the declarations of a file; ignores function bodies and local declarations.
    mutating func collect(from source: ParsedSource) {
        collect(source.tree.statements, in: DeclarationContext(source: source))
    }

    private mutating func collect(
        _ statements: CodeBlockItemListSyntax, in surroundings: DeclarationContext
    ) {
        for statement in statements {
            guard case .decl(let declaration) = statement.item else { continue }
            collect(declaration, in: surroundings)
        }
    }

    private mutating func collect(
        _ members: MemberBlockItemListSyntax, in surroundings: DeclarationContext
    ) {
        for member in members { collect(member.decl, in: surroundings) }
    }

    private mutating func collect(_ declaration: DeclSyntax, in surroundings: DeclarationContext) {
        switch declaration.as(DeclSyntaxEnum.self) {
        case .functionDecl(let function): add(function, in: surroundings)
        case .variableDecl(let variable): add(variable, in: surroundings)
        case .initializerDecl(let initializer): add(initializer, in: surroundings)
        case .ifConfigDecl(let directive): collect(directive, in: surroundings)
        case .extensionDecl(let syntax): collect(syntax, in: surroundings)
        case .structDecl(let syntax): collect(syntax, as: .structure, in: surroundings)
        case .classDecl(let syntax): collect(syntax, as: .class, in: surroundings)
        case .actorDecl(let syntax): collect(syntax, as: .actor, in: surroundings)
        case .enumDecl(let syntax): collect(syntax, as: .enumeration, in: surroundings)
        case .protocolDecl(let syntax):
            add(TypeDeclaration(syntax, kind: .protocol, in: surroundings))
        case .typeAliasDecl(let alias):
            add(TypeDeclaration(alias, in: surroundings))
        default: break
        }
    }

    private mutating func collect(
        _ directive: IfConfigDeclSyntax, in surroundings: DeclarationContext
    ) {
        let shared = Condition.Directive(directive)
        for (index, clause) in directive.clauses.enumerated() {
            let inner = surroundings.entering(clause: index, of: shared)
            switch clause.elements {
            case .statements(let statements): collect(statements, in: inner)
            case .decls(let members): collect(members, in: inner)
            default: break
            }
        }
    }

    private mutating func collect(
        _ syntax: some DeclGroupSyntax & NamedDeclSyntax, as kind: TypeDeclaration.Kind,
        in surroundings: DeclarationContext
    ) {
        guard !syntax.name.hasError else { return }
        let type = TypeDeclaration(syntax, kind: kind, in: surroundings)
        add(type)
        var inner = surroundings
        inner.type = type.name
        inner.isolation = .unspecified
        inner.isInExtension = false
        inner.isInPublicExtension = false
        collect(syntax.memberBlock.members, in: inner)
    }

    private mutating func collect(
        _ syntax: ExtensionDeclSyntax, in surroundings: DeclarationContext
    ) {
        guard let type = QualifiedName(spelledAs: syntax.extendedType) else { return }
        var inner = surroundings
        inner.type = type
        inner.isolation = Isolation(syntax)
        inner.isInExtension = true
        inner.isInPublicExtension = syntax.modifiers.isPublic
        inner.obstacle = surroundings.obstacle ?? syntax.obstacle
        collect(syntax.memberBlock.members, in: inner)
    }
}

extension ModuleDeclarations {
    private mutating func add(_ syntax: FunctionDeclSyntax, in surroundings: DeclarationContext) {
        guard let function = FunctionDeclaration(syntax, in: surroundings) else { return }
        functions.append(function)
    }

    private mutating func add(_ syntax: VariableDeclSyntax, in surroundings: DeclarationContext) {
        values += ValueDeclaration.all(in: syntax, surroundings)
        for binding in syntax.bindings {
            guard let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier,
                HandlerArgument(ofDefaultName: name.text) != nil
            else { continue }
            variables.append(
                VariableDeclaration(
                    name: surroundings.type.appending(name.text),
                    place: surroundings.source.place(of: name),
                    condition: surroundings.condition))
        }
    }

    private mutating func add(_ syntax: InitializerDeclSyntax, in surroundings: DeclarationContext)
    {
        add(Initializer(syntax, in: surroundings), to: surroundings.type)
    }
}

extension ExtensionDeclSyntax {
    /// The reason why none of its members can be a handler.
    fileprivate var obstacle: String? {
        if let access = modifiers.hiddenAccess { return "it is in a \(access) extension" }
        if attributes.meanUnavailable {
            return "it is in an extension that is marked as unavailable"
        }
        if genericWhereClause != nil { return "it is in an extension with a where clause" }
        let isOfGeneric = extendedType.hasGenericArguments
        return isOfGeneric ? "it is in an extension of a generic type" : nil
    }
}

extension TypeSyntax {
    fileprivate var hasGenericArguments: Bool {
        self.as(IdentifierTypeSyntax.self)?.genericArgumentClause != nil
            || self.as(MemberTypeSyntax.self)?.genericArgumentClause != nil
    }
}
