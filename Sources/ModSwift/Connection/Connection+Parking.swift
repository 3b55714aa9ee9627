// SPDX-License-Identifier: Apache-2.0
//
// An async handler that awaits bytes from its client occupies no thread if the MPM can park the
// connection (event). The connection object keeps the handler's task until httpd calls again.

extension Connection {
    /// Runs a handler's task until it ends or waits for the client.
    ///
    /// - Returns: The handler's result; nil when the connection is to be parked.
    /// - Throws: The handler's error; ``Trap``.
    func run(_ task: ConnectionTask, hasInput: Bool) throws -> Status? {
        // Written only once: a job of a parked handler may be reading it on another thread.
        if conversation == nil { conversation = task }
        let status: Status?
        do {
            status = try TrapGuard.call(for: .connection(live)) {
                try task.work(hasInput: hasInput)
            }
        } catch {
            conversation = nil
            throw error
        }
        if status != nil { conversation = nil }
        return status
    }

    /// Cancels a handler that is still waiting when its connection is about to be closed.
    ///
    /// - Returns: The error that the handler then throws.
    func endConversation() -> (any Error)? {
        guard let conversation else { return nil }
        conversation.abandon(
            live.isAborted ? ClientGone() : Self.idle,
            first: { stream.endInput() }, last: { stream.flush() })
        return conversation.failure
    }

    /// The error for a client that has sent nothing within the timeout.
    private static var idle: ServerError {
        ServerError(APRStatus.timeUp, operation: "wait", detail: "connection")
    }

    /// The limit for a wait for the client, if it is less than the MPM's own limit: the MPM closes
    /// parked connections after the `Timeout` of the main server.
    private var ownIdleLimit: Duration? {
        guard ConnectionWait.canPark, let limit = live.timeout, limit >= 0,
            let mpmLimit = MainServer.record?.timeout, limit < mpmLimit
        else { return nil }
        return .seconds(limit)
    }
}

/// The reason why a wait for a connection's client has ended.
@frozen public enum ConnectionEvent: Sendable {
    /// There are bytes to read, or the client has closed its side.
    case input
    /// ``ConnectionWaker/wake()`` was called.
    case woken
    /// The child is about to end: a restart, a stop, `MaxConnectionsPerChild`, a trap. Reported
    /// once; the handler may send a last message and return, or continue for as long as httpd waits
    /// for its children.
    case stopping
    /// The timeout has expired.
    case timedOut
}

/// Ends the wait of a connection's handler from any thread, so that the handler can send data that
/// came from elsewhere. Keep it where the messages for a client are kept; it may outlive the
/// connection.
public struct ConnectionWaker: Sendable {
    fileprivate let task: ConnectionTask

    /// Ends the handler's current ``Connection/waitForInput(timeout:)``, or otherwise its next one,
    /// with ``ConnectionEvent/woken``. Does nothing after the handler has ended.
    ///
    /// A parked connection gets a thread within about 10 milliseconds, the interval at which event
    /// checks its timers.
    public func wake() { task.wake() }
}

extension Connection {
    /// Waits until the client has sent something or has closed its side. Occupies no thread while
    /// it waits if httpd supports that: with event, since 2.4.63. With worker and prefork the
    /// handler's worker waits.
    ///
    /// Sends pending output first. For async connection handlers. If the client is silent for
    /// ``timeout``, the wait ends with an error; with event, after the `Timeout` of the main server
    /// at the latest.
    ///
    /// - Parameter timeout: The maximum time to wait; nil: as long as httpd allows.
    /// - Returns: The reason why the wait has ended.
    /// - Throws: ``ClientGone`` when the connection broke; ``ServerError`` when httpd closes the
    ///   connection, as after ``timeout``; the handler can still send a last message then;
    ///   `CancellationError` when the waiting task is cancelled.
    ///
    /// Corresponds to `CONN_STATE_ASYNC_WAITIO`; mod_python has no equivalent.
    @discardableResult
    public func waitForInput(timeout: Duration? = nil) async throws -> ConnectionEvent {
        stream.flush()
        let end = timeout.map { ContinuousClock.now + $0 }
        let idleEnd = ownIdleLimit.map { ContinuousClock.now + $0 }
        while try !stream.hasInput() {
            let left = end.map { $0 - .now }
            if let left, left <= .zero { return .timedOut }
            let idleLeft = idleEnd.map { $0 - .now }
            if let idleLeft, idleLeft <= .zero { throw Self.idle }
            // An incomplete TLS record is not input.
            let event = try await task.waitForInput([left, idleLeft].compactMap(\.self).min())
            if event != .input, event != .timedOut { return event }
        }
        return .input
    }

    /// Waits for bytes; ignores wake-ups, which are for callers of ``waitForInput(timeout:)``.
    private func waitForBytes() async throws {
        while true {
            switch try await waitForInput() {
            case .input: return
            case .stopping: throw ChildStoppingError()
            case .woken, .timedOut: continue
            }
        }
    }

    /// A waker that ends ``waitForInput(timeout:)`` from elsewhere. For async connection handlers.
    public var waker: ConnectionWaker { ConnectionWaker(task: task) }

    private var task: ConnectionTask {
        guard let task = conversation else {
            stop("A connection was waited for outside of an async connection handler")
        }
        return task
    }

    /// Returns the next bytes from the client, like ``read(_:)``, but occupies no thread while it
    /// waits for them.
    ///
    /// - Parameter limit: The maximum number of bytes to read.
    /// - Returns: At least one byte; nil when the client has closed its side.
    /// - Throws: As ``waitForInput()``; ``ChildStoppingError``, once.
    public func nextBytes(_ limit: Int = 65_536) async throws -> [UInt8]? {
        if limit <= 0 { stop("A connection was to be read by \(limit) bytes") }
        try await waitForBytes()
        return try stream.read(limit)
    }

    /// Returns the next line from the client, like ``readLine(_:)``, but occupies no thread while
    /// it waits for it.
    ///
    /// - Parameter limit: The maximum number of bytes to read; a longer line is returned in parts.
    /// - Returns: The line with its line feed; the last line may have none. Nil when the client has
    ///   closed its side.
    /// - Throws: As ``waitForInput()``; ``ChildStoppingError``, once.
    public func nextLine(_ limit: Int = 65_536) async throws -> [UInt8]? {
        if limit <= 0 { stop("A connection was to be read by a line of \(limit) bytes") }
        var line: [UInt8] = []
        repeat { try await waitForBytes() } while try stream.addToLine(limit, &line)
        return line.isEmpty ? nil : line
    }

    /// Returns the next line as text, without its line break; nil when the client has closed its
    /// side.
    ///
    /// - Parameter limit: The maximum length of a line in bytes, without its line break.
    /// - Throws: ``LineTooLongError``; otherwise as ``nextLine(_:)``.
    public func nextLineString(_ limit: Int = 65_536) async throws -> String? {
        guard let line = try await nextLine(try stream.wholeLines.room(for: limit)) else {
            return nil
        }
        return try stream.wholeLines.text(of: line, limit: limit)
    }

    /// Returns unread bytes from the client without consuming them: a handler that has only peeked
    /// may still decline the connection, and httpd then processes it as HTTP.
    ///
    /// Waits for the first byte; call ``waitForInput()`` before it to wait without occupying a
    /// thread.
    ///
    /// - Parameter limit: The maximum number of bytes to return.
    /// - Returns: At least one byte; empty when the client has closed its side.
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `AP_MODE_SPECULATIVE`.
    public func peek(_ limit: Int = 1_024) throws -> [UInt8] {
        if limit <= 0 { stop("A connection was to be looked at by \(limit) bytes") }
        return try stream.peek(limit)
    }
}
