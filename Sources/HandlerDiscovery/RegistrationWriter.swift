// SPDX-License-Identifier: Apache-2.0

/// Writes the registration file.
enum RegistrationWriter {
    /// Names begin with `_msw_` because handlers may be called `context` or `registrar`.
    static let registrar = "_msw_registrar"
    static let call = "_msw_call"
    static let asyncCall = "_msw_asyncCall"

    static func text(registering names: [NameGroup]) -> String {
        """
        // Generated from the module's sources.

        import ModSwift

        @c(msw_register_handlers)
        public func mswRegisterHandlers(_ _msw_context: UnsafeMutableRawPointer) {
            let \(registrar) = ModSwift.HandlerRegistrar(_msw_context)
        \(names.map(lines).joined())    _ = \(registrar)
        }

        // They give closures their type, so that overload resolution sees nothing but that type.
        private func \(call)<Argument, Result: ~Copyable>(
            _ handler: @escaping (Argument) throws -> Result
        ) -> (Argument) throws -> Result { handler }

        private func \(asyncCall)<Argument, Result: ~Copyable>(
            _ handler: @escaping (Argument) async throws -> Result
        ) -> (Argument) async throws -> Result { handler }
        \(names.contains { $0.isProvider } ? providerCalls : "")

        """
    }

    /// The same for what httpd's access control asks.
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

    private static func lines(for group: NameGroup) -> String {
        if group.arms.count == 1, group.arms[0].condition == nil {
            return lines(for: group.arms[0], of: group.name)
        }
        var text = ""
        for (index, arm) in group.arms.enumerated() {
            text += arm.condition.map { (index == 0 ? "#if " : "#elseif ") + $0 } ?? "#else"
            text += "\n" + lines(for: arm, of: group.name)
        }
        return text + "#endif\n"
    }

    private static func lines(for arm: NameGroup.Arm, of name: String) -> String {
        switch arm.outcome {
        case .handler(let call, let form):
            """
            #sourceLocation(file: \(arm.place.path.asFileLiteral), line: \(arm.place.line))
                \(call.statement(registering: name, as: form))
            #sourceLocation()

            """
        case .refused(let reason):
            """
                \(registrar).refuse(\(name.asStringLiteral), \(reason.asStringLiteral), line: \(arm.place.line))

            """
        }
    }
}
