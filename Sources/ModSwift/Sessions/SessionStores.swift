// SPDX-License-Identifier: Apache-2.0

internal import SessionCoding
internal import Synchronization

/// The store that SwiftSessionStore names.
enum SessionStores {
    private struct Known: Sendable {
        /// The arguments of SwiftSessionStore; empty for the default.
        var words: [String] = []
        var store: (any SessionStore)?
        var registered: [String: any SessionStore] = [:]
    }

    private static let known = Mutex(Known())

    /// Prepares the store in the parent at each start, as far as children cannot do it.
    static func prepareParent(_ server: ServerRecord, _ pool: Pool) {
        StateDirectory.set(server.stateDirectory)
        StateDirectory.current.prepare()
        let words = server.sessionStore
        known.withLock { known in
            known.words = words
            known.store = nil
        }
        switch words.first {
        case "dbm":
            do {
                try StoreMutex.make(server, pool)
            } catch {
                tell("\(error)", server)
            }
        case "memory":
            if let children = Apache.mpmQuery(.maxDaemons), children > 1 {
                server.log(
                    "MSW0662: SwiftSessionStore memory keeps sessions in the memory of each child, and there "
                        + "may be \(children) of them: a client's next request may come to another one",
                    level: .warning)
            }
        case "socache":
            if let problem = SocacheSessionStore.prepare(words[1], server, pool) {
                tell(problem, server)
            }
        default: break
        }
    }

    private static func tell(_ problem: String, _ server: ServerRecord) {
        server.log(
            "MSW0660: SwiftSessionStore cannot be used: \(problem). Handlers that ask for a session end "
                + "as 503", level: .error)
    }

    /// Prepares the store in a child, before it serves requests.
    static func prepareChild(_ server: ServerRecord, _ pool: Pool) {
        StoreMutex.attach(server, pool)
    }

    static func register(_ store: any SessionStore, as name: String) {
        // The store that it replaces is also an author's: it is released outside the lock.
        _ = known.withLock { $0.registered.updateValue(store, forKey: name) }
    }

    /// The store of this server, created at the first call.
    static func current() throws -> any SessionStore {
        try known.withLock { known in
            if let store = known.store { return store }
            let store = try make(known)
            known.store = store
            return store
        }
    }

    private static func make(_ known: Known) throws -> any SessionStore {
        let argument = known.words.dropFirst().first
        switch known.words.first ?? "file" {
        case "file":
            return FileSessionStore(argument ?? StateDirectory.current.sessions)
        case "memory":
            return MemorySessionStore()
        case "dbm":
            let type = known.words.count > 2 ? known.words[2] : nil
            return try DBMSessionStore(argument ?? "", type: type)
        case "socache":
            return try SocacheSessionStore()
        case "redis":
            do {
                return RedisSessionStore(try RedisAddress(argument ?? ""))
            } catch {
                throw SessionError.store("SwiftSessionStore redis: \(error)")
            }
        case "dbd":
            return try DBDSessionStore(table: argument ?? "mod_swift_sessions")
        case "custom":
            guard let store = known.registered[argument ?? ""] else {
                throw SessionError.store(
                    "SwiftSessionStore custom names \"\(argument ?? "")\", and nothing has registered it; "
                        + "call Apache.registerSessionStore in a function that SwiftImport names")
            }
            return store
        case let name:
            throw SessionError.store("there is no store \"\(name)\"")
        }
    }
}

extension Apache {
    /// The store that `SwiftSessionStore` names: for your own store that wraps it, and for tests of
    /// stores.
    ///
    /// - Returns: The store.
    /// - Throws: ``SessionError`` if it cannot be used.
    public static func sessionStore() throws -> any SessionStore { try SessionStores.current() }

    /// Registers your own store for `SwiftSessionStore custom name`. Call it in a function that
    /// `SwiftImport` names: each child needs it before it serves requests.
    ///
    /// ```swift
    /// func prepare(_ server: Server) {
    ///     Apache.registerSessionStore(EtcdStore(), as: "etcd")
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - store: The store.
    ///   - name: The name in the directive.
    public static func registerSessionStore(_ store: any SessionStore, as name: String) {
        SessionStores.register(store, as: name)
    }
}
