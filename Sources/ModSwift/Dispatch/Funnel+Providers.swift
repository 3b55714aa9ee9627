// SPDX-License-Identifier: Apache-2.0
//
// Into functions that mod_authn_core and mod_authz_core ask.

extension Funnel {
    /// Calls the first of a provider's functions that has the form that is asked for.
    ///
    /// - Parameters:
    ///   - wanted: What such a function takes beside its request.
    ///   - form: The function, ready to be called; nil where it has another form.
    /// - Returns: Nil where there is no answer; the story has been told.
    static func call<Answer: ProviderAnswer>(
        _ provider: Provider, _ phase: Phase, _ request: Request,
        _ configuration: DirectoryConfiguration, wanted: String,
        _ form: (Handler) -> ((Request) throws -> Answer)?
    ) -> Answer? {
        do {
            for index in 0..<provider.handlers.count {
                let word = HandlerReference.configured(provider.handlers[index])
                let loaded = try Loader.handler(word, phase, request, configuration)
                guard let function = loaded.with({ form($0.handler) }) else { continue }
                let note = configuration.leavesNotes ? LoggedCall(word, loaded.object.version) : nil
                defer { note?.leaveNotes(in: request.live) }
                return try answer(
                    of: function, loaded.object, provider.name, request, configuration)
            }
            throw HandlerFailure.noForm(of: provider, wanted: wanted)
        } catch {
            let word = provider.name
            let failure: HandlerFailure
            switch outcome(of: error, request, phase, word) {
            case .status(let status):
                if let answer = Answer(thrown: status) { return answer }
                failure = .thrownByProvider(status)
            case .failure(let other): failure = other
            }
            ErrorReporter.tell(failure, request, phase, handler: word)
            return nil
        }
    }

    private static func answer<Answer>(
        of function: @escaping (Request) throws -> Answer, _ loaded: LoadedHandler,
        _ provider: String, _ request: Request, _ configuration: DirectoryConfiguration
    ) throws -> Answer {
        var answer: Result<Answer, any Error>?
        try limited(configuration, (request, request.phase, provider)) {
            try guarded(loaded, configuration) {
                let work = OneShotWork { answer = Result { try function(request) } }
                if let trap = TrapGuard.finish(work, for: request.live) { throw trap }
            }
        }
        guard let result = try answer?.get() else { stop("A provider ended without an outcome") }
        if let mistake = request.existingExtras?.takeMisuse() {
            throw HandlerFailure.mistake(mistake)
        }
        return result
    }
}
