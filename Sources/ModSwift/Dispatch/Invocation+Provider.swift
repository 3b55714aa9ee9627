// SPDX-License-Identifier: Apache-2.0
//
// The call of functions for mod_authn_core and mod_authz_core.

extension Invocation where Context == Request {
    /// Calls the first of a provider's functions that has the required form.
    ///
    /// - Parameters:
    ///   - wanted: The parameters of such a function after its request.
    ///   - form: The function, ready to be called; nil if it has another form.
    /// - Returns: Nil if there is no result; the reason has been logged.
    static func ask<Answer: ProviderAnswer>(
        _ provider: Provider, _ phase: Phase, _ request: Request,
        _ configuration: DirectoryConfiguration, wanted: String,
        _ form: (Handler) -> ((Request) throws -> Answer)?
    ) -> Answer? {
        let name = provider.name
        var failure = HandlerFailure.noForm(of: provider, wanted: wanted)
        for index in 0..<provider.handlers.count {
            let invocation = Invocation(
                .provided(provider.handlers[index], provider), phase, request, configuration)
            do {
                if let answer = try invocation.answer(form) { return answer }
                continue
            } catch {
                switch invocation.outcome(of: error) {
                case .status(let status):
                    if let answer = Answer(thrown: status) { return answer }
                    failure = .thrownByProvider(status)
                case .response(let error):
                    if let wrong = ErrorReporter.prepare(error, request) {
                        failure = wrong
                    } else if let answer = Answer(thrown: error.status) {
                        return answer
                    } else {
                        failure = .thrownByProvider(error.status)
                    }
                case .failure(let other): failure = other
                }
            }
            break
        }
        ErrorReporter.log(
            failure, request,
            provider.isDirect ? "Require \(name)" : "\(phase.directive) \(name)")
        return nil
    }

    /// - Returns: Nil if the function has another form.
    private func answer<Answer>(
        _ form: (Handler) -> ((Request) throws -> Answer)?
    ) throws -> Answer? {
        try run { loaded in
            guard let loaded = loaded?.object, let function = form(loaded.handler) else {
                return nil
            }
            let note =
                configuration.leavesNotes
                ? LoggedCall(handler?.word ?? name, loaded.version) : nil
            defer { note?.leaveNotes(in: context.live) }
            return try TrapGuard.call(for: .request(context.live)) { [context] in
                try function(context)
            }
        }
    }
}
