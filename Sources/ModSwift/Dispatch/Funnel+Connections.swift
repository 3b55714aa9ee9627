// SPDX-License-Identifier: Apache-2.0
//
// Into handlers of connections, and into what a child calls before it serves.

extension Funnel {
    /// Calls a handler of a connection. It has no time limit: a connection lasts as long as it lasts,
    /// and each of its reads and writes has one.
    ///
    /// - Returns: ok, declined or done; the story of any failure has been told, and is ok. Nil: the
    ///   handler waits for its client, and the connection is to be parked.
    static func call(
        _ handler: HandlerReference, _ connection: Connection,
        _ configuration: DirectoryConfiguration
    ) -> Status? {
        told(handler, connection) {
            let loaded = try Loader.handler(handler, .connection, connection, configuration)
            return try loaded.with { loaded in
                switch loaded.handler {
                case .connection(let body):
                    return try guarded(loaded, configuration) {
                        try TrapGuard.call(body, connection)
                    }
                case .asyncConnection(let body):
                    let task = ConnectionTask(connection, body)
                    return try guarded(loaded, configuration) {
                        try connection.run(task, hasInput: false)
                    }
                default:
                    throw HandlerFailure.wrongArgument(
                        loaded.handler, .connection, wanted: "Connection")
                }
            }
        }
    }

    /// Goes on with a handler of a connection whose client has sent something.
    ///
    /// - Returns: As ``call(_:_:_:)``.
    static func resume(
        _ task: ConnectionTask, of handler: HandlerReference, _ connection: Connection,
        _ configuration: DirectoryConfiguration
    ) -> Status? {
        told(handler, connection) {
            let loaded = try Loader.handler(handler, .connection, connection, configuration)
            return try loaded.with { loaded in
                try guarded(loaded, configuration) { try connection.run(task, hasInput: true) }
            }
        }
    }

    /// Calls a function of SwiftImport, before the child serves. It has no time limit, and its traps
    /// are not those of a request: a child that takes this one's place would meet the same.
    ///
    /// - Throws: What the function throws; ``HandlerFailure``, ``Trap``.
    static func call(_ loaded: LoadedHandler, _ server: Server) throws {
        guard case .server(let body) = loaded.handler else {
            throw HandlerFailure.wrongArgument(loaded.handler, in: "SwiftImport", wanted: "Server")
        }
        try TrapGuard.call(body, server)
    }

    /// Asks a handler whether a client may connect; one that fails keeps it out.
    static func admits(
        _ handler: HandlerReference, _ connection: Connection,
        _ configuration: DirectoryConfiguration
    ) -> Bool {
        var status: Status? = Status.forbidden
        _ = told(handler, connection, .preConnection) {
            let loaded = try Loader.handler(handler, .preConnection, connection, configuration)
            do {
                status = try loaded.with { loaded in
                    guard case .connection(let body) = loaded.handler else {
                        throw HandlerFailure.wrongArgument(
                            loaded.handler, .preConnection, wanted: "Connection and are not async")
                    }
                    return try guarded(loaded, configuration) {
                        try TrapGuard.call(body, connection)
                    }
                }
            } catch let thrown as Status {
                status = thrown
            }
            return status
        }
        return status == .ok || status == .declined
    }

    private static func told(
        _ handler: HandlerReference, _ connection: Connection, _ phase: Phase = .connection,
        _ call: () throws -> Status?
    ) -> Status? {
        do {
            return try call()
        } catch let status as Status {
            return status == .declined ? .declined : .ok
        } catch let trap as Trap {
            ErrorReporter.report(
                TrapReporter.failure(
                    of: trap, connection.live,
                    handler: "\(phase.directive) \(handler.word)"),
                connection: connection, phase: phase, handler: handler.word)
            return .ok
        } catch {
            ErrorReporter.report(
                HandlerFailure(describing: error), connection: connection, phase: phase,
                handler: handler.word)
            return .ok
        }
    }
}
