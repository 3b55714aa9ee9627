// SPDX-License-Identifier: Apache-2.0

/// Loads and calls the functions that SwiftImport names, in each child before it serves requests.
enum Imports {
    /// Processes the directives of the main server, then those of each virtual host, in the order
    /// of the configuration.
    static func run(from main: ServerRecord) {
        if !haveAny(main) { return }
        let servers = sequence(first: main, next: \.next)
        // httpd's list begins with the virtual host that was defined last.
        for server in [main] + servers.dropFirst().reversed() {
            let entries = server.imports
            // A virtual host without any of our directives has those of the main server.
            if server.isVirtual, entries.isSame(as: main.imports) { continue }
            for index in 0..<entries.count { run(entries[index], at: server) }
        }
    }

    /// Most servers have no such directives; this check avoids creating lists of servers in their
    /// children.
    private static func haveAny(_ main: ServerRecord) -> Bool {
        var next: ServerRecord? = main
        while let server = next {
            if server.imports.count > 0 { return true }
            next = server.next
        }
        return false
    }

    /// A failure is logged, and the child continues: requests that need the module fail in the same
    /// way.
    private static func run(_ entry: HandlerEntry, at server: ServerRecord) {
        guard let configuration = server.defaults, let object = Servers.of(server) else { return }
        let word = HandlerReference.configured(entry).word
        do {
            guard let function = try Loader.imported(entry, at: server, configuration) else {
                return
            }
            try CallWatchdog.run(
                "MSW0575: SwiftImport \(word) (\(entry.source))",
                "this child serves no requests before that", object
            ) { try call(function, object) }
        } catch let trap as Trap {
            // It is not counted for a request: a child that replaces this one would trap in the
            // same way.
            SharedTrapStatistics.shared?.count(.traps)
            tell(
                TrapReporter.failure(of: trap, .child, "SwiftImport \(word)"), entry, word, server)
        } catch {
            tell(
                HandlerFailure(describing: error).of(directive: "SwiftImport", taking: "a Server"),
                entry, word, server)
        }
    }

    /// Calls the function without a time limit; if it takes long, that is logged.
    ///
    /// - Throws: Errors of the function; ``HandlerFailure``, ``Trap``.
    private static func call(_ loaded: LoadedHandler, _ server: Server) throws {
        guard case .server(let body) = loaded.handler else {
            throw HandlerFailure.wrongArgument(loaded.handler, in: "SwiftImport", wanted: "Server")
        }
        try TrapGuard.call(for: .child) { try body(server) }
    }

    private static func tell(
        _ failure: HandlerFailure, _ entry: HandlerEntry, _ word: String, _ server: ServerRecord
    ) {
        server.log(
            "MSW0530: SwiftImport \(word) (\(entry.source)): \(failure.logMessage())",
            level: failure.level)
    }
}
