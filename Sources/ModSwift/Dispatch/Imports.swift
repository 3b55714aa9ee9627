// SPDX-License-Identifier: Apache-2.0

/// Loads and calls the functions that SwiftImport names, in each child before it serves requests.
enum Imports {
    /// Works through the lines of the main server, then those of each virtual host, in the order of
    /// the configuration.
    static func run(from main: ServerRecord) {
        if !haveAny(main) { return }
        let servers = sequence(first: main, next: \.next)
        // httpd's list has the virtual host that was defined last first.
        for server in [main] + servers.dropFirst().reversed() {
            let entries = server.imports
            // A virtual host without any directive of ours has the main server's.
            if server.isVirtual, entries.isSame(as: main.imports) { continue }
            for index in 0..<entries.count { run(entries[index], at: server) }
        }
    }

    /// Most servers have none, and no child of theirs makes lists of servers to find that out.
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
            // It is not that of a request: a child that takes this one's place would meet the same.
            SharedTrapStatistics.shared?.count(.traps)
            tell(
                TrapReporter.failure(of: trap, .child, "SwiftImport \(word)"), entry, word, server)
        } catch {
            tell(
                HandlerFailure(describing: error).of(directive: "SwiftImport", taking: "a Server"),
                entry, word, server)
        }
    }

    /// It has no time limit: the log says when it takes long.
    ///
    /// - Throws: What the function throws; ``HandlerFailure``, ``Trap``.
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
