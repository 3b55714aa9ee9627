// SPDX-License-Identifier: Apache-2.0

/// A handler that code added to a phase of one request.
struct AddedHandler {
    let phase: Phase
    /// "module" or "module::function".
    let word: String
    let module: String
    let function: String?
    /// Where the module is looked for first.
    let directory: String?
}

extension Request {
    /// Adds a handler to a phase of this request, behind those that are configured for it.
    ///
    /// Added to the phase that is running, it runs after the present handlers; to an earlier one,
    /// never.
    ///
    /// - Parameters:
    ///   - phase: The phase. Versions before the other phases' directives call ``Phase/content`` and
    ///     ``Phase/log``.
    ///   - handler: `module` or `module::function`, as in a directive.
    ///   - directory: Where the module is looked for first; nil: the directory of the first handler
    ///     that is configured for the phase, or else for the running one.
    ///
    /// Corresponds to `req.add_handler()` in mod_python.
    public func addHandler(_ phase: Phase, _ handler: String, directory: String? = nil) {
        guard phase == .content || phase == .log else {
            stop("addHandler(\(phase), …): added handlers are called in the phases content and log")
        }
        live.noteAddedHandlers()
        extras.added.append(added(phase, handler, directory))
    }

    /// A handler added by code.
    func added(_ phase: Phase, _ word: String, _ directory: String?) -> AddedHandler {
        let (module, function) = splitHandlerWord(word)
        return AddedHandler(
            phase: phase, word: word, module: module, function: function,
            directory: directory ?? handlerDirectory(of: phase)
                ?? handlerDirectory(of: self.phase))
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

/// "module::function" in its two parts.
func splitHandlerWord(_ word: String) -> (module: String, function: String?) {
    let bytes = word.utf8
    var index = bytes.startIndex
    while let colon = bytes[index...].firstIndex(of: UInt8(ascii: ":")) {
        let after = bytes.index(after: colon)
        if after < bytes.endIndex, bytes[after] == UInt8(ascii: ":") {
            return (String(word[..<colon]), String(word[bytes.index(after: after)...]))
        }
        index = after
    }
    return (word, nil)
}
