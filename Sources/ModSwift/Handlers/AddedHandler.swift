// SPDX-License-Identifier: Apache-2.0

internal import ServerRules
internal import SystemCalls

/// A handler that code has added to a phase of one request, instead of a directive.
final class AddedHandler {
    let phase: Phase
    /// "module" or "module::function".
    let word: String
    let module: String
    let function: String?
    /// The directory that is searched first for the module, with a slash at the end, as for a
    /// directive.
    let directory: String?

    init(_ phase: Phase, _ word: String, in directory: String?) {
        self.phase = phase
        self.word = word
        (module, function) = splitHandlerName(word)
        self.directory = directory.map(FilePath.normalized).map { $0 == "/" ? $0 : "\($0)/" }
    }

    /// Describes what is wrong with the arguments of a caller; nil if they are valid.
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
    /// Adds a handler to a phase of this request, after the handlers that are configured for it.
    ///
    /// If it is added to the current phase, it runs after that phase's existing handlers. It is a
    /// programming error, which ends the request as 500, to name a phase that is over, a phase that
    /// is not part of a request, or a phase before the response if no directive names a handler for
    /// any of these. httpd skips some phases: authentication if no user is required, and most
    /// phases for a subrequest.
    ///
    /// - Parameters:
    ///   - phase: The phase. ``Phase/content`` runs only if ``Request/handler`` is "mod_swift".
    ///   - handler: `module` or `module::function`, as in a directive.
    ///   - directory: The directory that is searched first for the module, as an absolute path;
    ///     nil: the directory of the first handler that is configured for the phase, or otherwise
    ///     of the running handler.
    ///   - file: The caller's file.
    ///   - line: The caller's line.
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

    /// Creates a handler that is added by code.
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
    /// Whether our hook for the phase is registered in this server: docs/decisions/0077.
    fileprivate var hasHook: Bool {
        switch self {
        case .content, .log, .cleanup: true
        default: MainServer.record?.hasEarlyPhases == true
        }
    }

    /// The order in which a request runs through its phases; nil for phases that are not part of a
    /// request.
    fileprivate var order: Int? {
        switch self {
        case .preConnection, .connection, .inputFilter, .outputFilter: nil
        case .authnProvider, .authzProvider: nil
        // Their hooks are registered only if a directive names a handler.
        case .quick, .mapToStorage: nil
        // When the directory is known; before that, handlers can be added only while the phase
        // runs.
        case .initial: 2 * Int(Phase.headerParser.rawValue) - 1
        default: 2 * Int(rawValue)
        }
    }
}
