// SPDX-License-Identifier: Apache-2.0

/// Writes the registration file.
enum RegistrationWriter {
    /// Names begin with `_msw_` because handlers may have names such as `context` or `registrar`.
    static let registrar = "_msw_registrar"
    static let call = "_msw_call"
    static let asyncCall = "_msw_asyncCall"
    static let result = "_msw_result"

    static func text(
        registering names: [NameGroup], publishing published: [NameGroup],
        protecting protections: [AccessRules.Found]
    ) -> String {
        """
        // Generated from the module's sources.

        import ModSwift

        @c(msw_register_handlers)
        public func mswRegisterHandlers(_ _msw_context: UnsafeMutableRawPointer) {
            let \(registrar) = ModSwift.HandlerRegistrar(_msw_context)
        \(names.map { lines(for: $0, refusedBy: "refuse") }.joined())\
        \(published.map { lines(for: $0, refusedBy: "refusePublication") }.joined())\
        \(protections.map(lines).joined())    _ = \(registrar)
        }

        // They give closures their type, so that overload resolution sees nothing but that type.
        private func \(call)<Argument, Result: ~Copyable>(
            _ handler: @escaping (Argument) throws -> Result
        ) -> (Argument) throws -> Result { handler }

        private func \(asyncCall)<Argument, Result: ~Copyable>(
            _ handler: @escaping (Argument) async throws -> Result
        ) -> (Argument) async throws -> Result { handler }
        \(names.contains { $0.isProvider } ? providerCalls : "")\
        \(typeCarriers(of: published))

        """
    }

    /// The corresponding functions for closures that httpd's access control calls.
    private static let providerCalls = [
        "Swift.String", "Swift.String, Swift.String",
    ].flatMap { texts in
        [(call, "throws"), (asyncCall, "async throws")].map { name, effects in
            """

            private func \(name)<Result: ~Copyable>(
                _ handler: @escaping (ModSwift.Request, \(texts)) \(effects) -> Result
            ) -> (ModSwift.Request, \(texts)) \(effects) -> Result { handler }

            """
        }
    }.joined()

    /// Returns the functions that pass the types of functions to the overloads that determine
    /// what can be published.
    private static func typeCarriers(of published: [NameGroup]) -> String {
        let publications = published.flatMap(\.publications)
        guard !publications.isEmpty else { return "" }
        let types = Set(publications.compactMap(\.types)).sorted { $0.name < $1.name }
        return """

            private func \(result)<Argument, Result: ~Copyable>(
                _: (Argument) async throws -> Result
            ) -> ModSwift.PublishedType<Result> { .init() }

            """ + types.map(\.declaration).joined()
    }

    private static func lines(for group: NameGroup, refusedBy refusal: String) -> String {
        if group.arms.count == 1, group.arms[0].condition == nil {
            return lines(for: group.arms[0], of: group.name, refusal)
        }
        var text = ""
        for (index, arm) in group.arms.enumerated() {
            text += arm.condition.map { (index == 0 ? "#if " : "#elseif ") + $0 } ?? "#else"
            text += "\n" + lines(for: arm, of: group.name, refusal)
        }
        return text + "#endif\n"
    }

    private static func lines(
        for arm: NameGroup.Arm, of name: String, _ refusal: String
    ) -> String {
        switch arm.outcome {
        case .handler(let call, let form):
            located(call.statement(registering: name, as: form), arm.place)
        case .published(let publication):
            located(publication.statement, arm.place)
        case .refused(let reason):
            """
                \(registrar).\(refusal)(\(name.asStringLiteral), \(reason.asStringLiteral), line: \(arm.place.line))

            """
        }
    }

    private static func lines(for protection: AccessRules.Found) -> String {
        let statement =
            switch protection.finding {
            case .protection(let path, let reference, let effects):
                "\(registrar).protect(\(path.asStringLiteral), "
                    + "{ () throws in \(effects.marks)\(reference) })"
            case .mistake(let text): "#error(\(text.asStringLiteral))"
            }
        let line = located(statement, protection.place)
        guard !protection.condition.isAlways, let condition = protection.condition.text else {
            return line
        }
        return "#if \(condition)\n\(line)#endif\n"
    }

    /// Returns a statement that the compiler attributes to the author's line.
    private static func located(_ statement: String, _ place: Place) -> String {
        """
        #sourceLocation(file: \(place.path.asFileLiteral), line: \(place.line))
            \(statement)
        #sourceLocation()

        """
    }
}

extension NameGroup {
    fileprivate var publications: [Publication] {
        arms.compactMap {
            if case .published(let publication) = $0.outcome { publication } else { nil }
        }
    }
}
