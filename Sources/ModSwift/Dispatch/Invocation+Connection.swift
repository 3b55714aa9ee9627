// SPDX-License-Identifier: Apache-2.0
//
// The calls of handlers that take a connection.

extension Invocation where Context == Connection {
    /// Calls the handler.
    ///
    /// - Returns: ok, declined or done; a failure has been logged, and becomes ok. Nil: the handler
    ///   waits for its client, and the connection is to be parked.
    func connectionStatus() -> Status? {
        logged {
            try run { loaded in
                switch loaded?.object.handler {
                case .connection(let body): return try call(body)
                case .asyncConnection(let body):
                    guard Conversations.hasRoom() else { return .ok }
                    return try context.run(ConnectionTask(context, body), hasInput: false)
                case let handler:
                    throw HandlerFailure.wrongArgument(handler, phase, wanted: "Connection")
                }
            }
        }
    }

    /// Resumes the handler's task when its client has sent something.
    ///
    /// - Returns: As ``connectionStatus()``.
    func resume(_ task: ConnectionTask) -> Status? {
        logged { try run { _ in try context.run(task, hasInput: true) } }
    }

    /// Asks the handler whether a client may connect; if the handler fails, the client is rejected.
    func admits() -> Bool {
        var status: Status? = Status.forbidden
        _ = logged {
            do {
                status = try run { loaded in
                    guard case .connection(let body) = loaded?.object.handler else {
                        throw HandlerFailure.wrongArgument(
                            loaded?.object.handler, phase, wanted: "Connection and are not async")
                    }
                    return try call(body)
                }
            } catch let thrown as Status {
                status = thrown
            }
            return status
        }
        return status == .ok || status == .declined
    }

    private func call(_ body: @escaping (Connection) throws -> Status) throws -> Status? {
        try TrapGuard.call(for: .connection(context.live)) { [context] in try body(context) }
    }

    private func logged(_ call: () throws -> Status?) -> Status? {
        do {
            return try call()
        } catch {
            return logged(error)
        }
    }

    /// Logs an error that a handler has thrown when its connection was closed.
    func logEnd(with error: any Error) { _ = logged(error) }

    private func logged(_ error: any Error) -> Status {
        if error is ChildStoppingError { return .ok }
        switch outcome(of: error) {
        case .status(let status): return status == .declined ? .declined : .ok
        // A connection has no response.
        case .response: return .ok
        case .failure(let failure):
            ErrorReporter.log(failure, connection: context, title)
            return .ok
        }
    }
}
