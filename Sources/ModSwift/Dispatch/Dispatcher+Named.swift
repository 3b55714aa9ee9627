// SPDX-License-Identifier: Apache-2.0
//
// Handlers that are not named by a directive, but by another module or a page of mod_include.

extension Dispatcher {
    /// Calls a handler for another module, inside one of that module's hooks.
    ///
    /// - Parameter directive: The directive that identifies the phase, as in "SwiftFixupHandler".
    /// - Returns: The hook's result for the phase.
    static func call(
        _ word: String, as directive: String, in directory: String?, of record: RequestRecord
    ) -> Int32 {
        let request = Request.of(record)
        guard let phase = Phase(ofRequest: directive), let configuration = record.configuration
        else {
            let failure = HandlerFailure.noSuchPhase(directive)
            return Int32(
                ErrorReporter.respond(
                    to: failure, request: request, phase: .content, handler: word
                ).rawValue)
        }
        return request.within(phase) {
            let handler = HandlerReference.added(AddedHandler(phase, word, in: directory))
            let status = Invocation.status(of: handler, phase, request, configuration)
            return HookResult.result(of: status ?? .declined, phase, request)
        }
    }

    /// Calls a handler that a page names; its output becomes part of the page.
    ///
    /// - Returns: Whether the output in the page is complete; a failure was reported.
    static func include(_ word: String, in record: RequestRecord, _ page: Brigade) -> Bool {
        guard let configuration = record.configuration else { return false }
        let request = Request.of(record)
        let handler = HandlerReference.added(AddedHandler(.content, word, in: nil))
        // The content type of the text that a handler returns must not replace that of the page.
        let type = record.contentType
        defer { if type == nil { _ = record.setContentType(nil) } }
        return request.within(.content) {
            IncludeOutput.collect(of: record, into: page) {
                let invocation = Invocation(handler, .content, request, configuration)
                guard let failure = invocation.failureInPage() else { return true }
                return ErrorReporter.show(failure, inIncludeOf: request, handler: word)
            }
        }
    }
}

extension Request {
    /// Calls body in a phase other than the current one.
    fileprivate func within<Result>(_ phase: Phase, _ body: () -> Result) -> Result {
        let (before, beforeHook) = (self.phase, hook)
        enter(phase, in: phase)
        defer { enter(before, in: beforeHook) }
        return body()
    }
}
