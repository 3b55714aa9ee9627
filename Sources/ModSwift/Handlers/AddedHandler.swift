// SPDX-License-Identifier: Apache-2.0

internal import ServerRules
internal import SystemCalls

/// A handler that no directive names: code has added it to a phase of one request.
final class AddedHandler {
    let phase: Phase
    /// "module" or "module::function".
    let word: String
    let module: String
    let function: String?
    /// Where the module is looked for first: as of a directive, with a slash at its end.
    let directory: String?

    init(_ phase: Phase, _ word: String, in directory: String?) {
        self.phase = phase
        self.word = word
        (module, function) = splitHandlerName(word)
        self.directory = directory.map(FilePath.normalized).map { $0 == "/" ? $0 : "\($0)/" }
    }

    /// What is wrong with what an author has written; nil where nothing is.
    static func misuse(_ word: String, in directory: String?) -> String? {
        let (module, function) = splitHandlerName(word)
        if FilePath.name(of: module).isEmpty || function?.isEmpty == true
            || word.utf8.contains(where: { $0 < 32 || $0 == 127 })
        {
            return "\"\(printable(word))\" names no handler; write module, dir/module, "
                + "module::function or module::Type.method"
        }
        guard let directory, directory.utf8.first != UInt8(ascii: "/") else { return nil }
        return
            "the directory \"\(printable(directory))\" is relative, and there is nothing that it "
            + "could be relative to; give an absolute path"
    }
}

extension Request {
    /// Adds a handler to a phase of this request, behind those that are configured for it.
    ///
    /// Added to the phase that is running, it runs after the present handlers. A phase that is over,
    /// and one that is no request's, is a mistake that ends the request as 500; so is a phase before that
    /// of the response, where the configuration names nothing that runs before it. httpd leaves some
    /// phases out: authentication where nobody asks for a user, and most of them for a subrequest.
    ///
    /// - Parameters:
    ///   - phase: The phase. ``Phase/content`` runs only where ``Request/handler`` is "mod_swift".
    ///   - handler: `module` or `module::function`, as in a directive.
    ///   - directory: Where the module is looked for first, as an absolute path; nil: the directory of the
    ///     first handler that is configured for the phase, or else for the running one.
    ///   - file: Where the caller stands.
    ///   - line: Where the caller stands.
    ///
    /// Corresponds to `req.add_handler()` in mod_python.
    public func addHandler(
        _ phase: Phase, _ handler: String, directory: String? = nil,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        guard let place = phase.order, let running = (phase == self.phase ? phase : hook).order
        else {
            return remember(
                mistake: "no \(phase) was added: a request has no such phase",
                file: file, line: line)
        }
        guard place >= running else {
            return remember(
                mistake: "no \(phase) was added: the phase is over, \(self.phase) is running",
                file: file, line: line)
        }
        guard phase.hasHook else {
            return remember(
                mistake: "no \(phase) was added: no directive names a handler of a phase before "
                    + "the response, so httpd leaves them out; SwiftHookOrder has it come to them",
                file: file, line: line)
        }
        if let misuse = AddedHandler.misuse(handler, in: directory) {
            return remember(mistake: "no \(phase) was added: \(misuse)", file: file, line: line)
        }
        live.noteAddedHandlers()
        state.added.append(added(phase, handler, directory))
        if phase == .cleanup { cleanUpLater() }
    }

    /// A handler added by code.
    func added(_ phase: Phase, _ word: String, _ directory: String?) -> AddedHandler {
        AddedHandler(
            phase, word,
            in: directory ?? handlerDirectory(of: phase) ?? handlerDirectory(of: self.phase))
    }
}

extension Request {
    private func handlerDirectory(of phase: Phase) -> String? {
        guard let entries = live.configuration?.handlers(for: phase), entries.count > 0 else {
            return nil
        }
        return entries[0].directory
    }
}

extension Phase {
    /// Whether httpd comes to the phase in this server: docs/decisions/0077.
    fileprivate var hasHook: Bool {
        switch self {
        case .content, .log, .cleanup: true
        default: MainServer.record?.hasEarlyPhases == true
        }
    }

    /// The order in which a request comes to its phases; nil for those that are none of a request's.
    fileprivate var order: Int? {
        switch self {
        case .preConnection, .connection, .inputFilter, .outputFilter: nil
        case .authnProvider, .authzProvider: nil
        // httpd is asked to come to them only where a directive names a handler.
        case .quick, .mapToStorage: nil
        // Once the directory is known; before that, only while it runs.
        case .initial: 2 * Int(Phase.headerParser.rawValue) - 1
        default: 2 * Int(rawValue)
        }
    }
}
