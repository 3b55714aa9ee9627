// SPDX-License-Identifier: Apache-2.0
//
// An async handler that awaits its client's bytes holds no thread, where the MPM can take the
// connection back (event). The connection object keeps the handler's task until httpd comes again.

extension Connection {
    /// Runs a handler's task until it ends or waits for the client.
    ///
    /// - Returns: What the handler returned; nil when the connection is to be parked.
    /// - Throws: What the handler threw; ``Trap``.
    func run(_ task: ConnectionTask, hasInput: Bool) throws -> Status? {
        // Once: a job of one that was parked may be reading it on another thread.
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

    /// The connection is about to be closed; a handler that still waits gets to know.
    ///
    /// - Returns: What the handler has thrown then.
    func endConversation() -> (any Error)? {
        guard let conversation else { return nil }
        conversation.abandon(
            live.isAborted ? ClientGone() : Self.idle,
            first: { stream.endInput() }, last: { stream.flush() })
        return conversation.failure
    }

    /// A client that has sent nothing for the time that it had.
    private static var idle: ServerError {
        ServerError(APRStatus.timeUp, operation: "wait", detail: "connection")
    }

    /// How long a wait for the client may take, where that is less than the MPM gives it: it closes parked
    /// connections by the `Timeout` of the main server.
    private var ownIdleLimit: Duration? {
        guard ConnectionWait.canPark, let limit = live.timeout, limit >= 0,
            let mpmLimit = MainServer.record?.timeout, limit < mpmLimit
        else { return nil }
        return .seconds(limit)
    }
}

/// Why a wait for a connection's client has ended.
@frozen public enum ConnectionEvent: Sendable {
    /// There is something to read, or the client has ended its side.
    case input
    /// ``ConnectionWaker/wake()`` was called.
    case woken
    /// The child is to end: a restart, a stop, `MaxConnectionsPerChild`, a trap. Told once; the handler may say
    /// a last word and return, or go on for as long as httpd waits for its children.
    case stopping
    /// The time is over.
    case timedOut
}

/// Ends the wait of a connection's handler, from any thread: so that it sends what came from
/// elsewhere. Keep it where the messages for a client are kept; it may outlive the connection.
public struct ConnectionWaker: Sendable {
    fileprivate let task: ConnectionTask

    /// Ends the present ``Connection/waitForInput(timeout:)`` of the handler, or else its next one,
    /// with ``ConnectionEvent/woken``. After the handler's end, does nothing.
    ///
    /// A parked connection gets a thread for it: within about 10 milliseconds, as event looks after
    /// its timers.
    public func wake() { task.wake() }
}

extension Connection {
    /// Waits until the client has sent something or has ended its side, and holds no thread while it
    /// waits, where httpd can do without one: under event, since 2.4.63. Under worker and prefork the
    /// handler's worker waits.
    ///
    /// What was written is sent first. For async connection handlers. A client that is silent for
    /// ``timeout`` ends the wait with an error; under event, it is the `Timeout` of the main server at most.
    ///
    /// - Parameter timeout: How long to wait; nil: as long as httpd allows.
    /// - Returns: Why the wait has ended.
    /// - Throws: ``ClientGone`` when the connection broke; ``ServerError`` when httpd closes it, as
    ///   after ``timeout``, and for writing a last word there is still time; `CancellationError` when
    ///   the task that waits is cancelled.
    ///
    /// Corresponds to `CONN_STATE_ASYNC_WAITIO`; mod_python has nothing like it.
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
            // A part of a TLS record is no input.
            let event = try await task.waitForInput([left, idleLeft].compactMap(\.self).min())
            if event != .input, event != .timedOut { return event }
        }
        return .input
    }

    /// Waits for bytes; wake-ups are for those who ask for them.
    private func waitForBytes() async throws {
        while true {
            switch try await waitForInput() {
            case .input: return
            case .stopping: throw ChildStoppingError()
            case .woken, .timedOut: continue
            }
        }
    }

    /// What ends ``waitForInput(timeout:)`` from elsewhere. For async connection handlers.
    public var waker: ConnectionWaker { ConnectionWaker(task: task) }

    private var task: ConnectionTask {
        guard let task = conversation else {
            stop("A connection was waited for outside of an async connection handler")
        }
        return task
    }

    /// The next bytes of the client, as ``read(_:)``, but without a thread while there are none.
    ///
    /// - Parameter limit: The most to read, in bytes.
    /// - Returns: At least one byte; nil when the client has ended its side.
    /// - Throws: As ``waitForInput()``; ``ChildStoppingError``, once.
    public func nextBytes(_ limit: Int = 65_536) async throws -> [UInt8]? {
        if limit <= 0 { stop("A connection was to be read by \(limit) bytes") }
        try await waitForBytes()
        return try stream.read(limit)
    }

    /// The next line of the client, as ``readLine(_:)``, but without a thread while there is none.
    ///
    /// - Parameter limit: The most to read, in bytes; a longer line comes in parts.
    /// - Returns: The line, its line feed included; the last one may have none. Nil when the client
    ///   has ended its side.
    /// - Throws: As ``waitForInput()``; ``ChildStoppingError``, once.
    public func nextLine(_ limit: Int = 65_536) async throws -> [UInt8]? {
        if limit <= 0 { stop("A connection was to be read by a line of \(limit) bytes") }
        var line: [UInt8] = []
        repeat { try await waitForBytes() } while try stream.addToLine(limit, &line)
        return line.isEmpty ? nil : line
    }

    /// The next line as text, without its line break; nil when the client has ended its side.
    ///
    /// - Parameter limit: The longest line that is taken, in bytes, its line break not counted.
    /// - Throws: ``LineTooLongError``; otherwise as ``nextLine(_:)``.
    public func nextLineString(_ limit: Int = 65_536) async throws -> String? {
        guard let line = try await nextLine(try stream.wholeLines.room(for: limit)) else {
            return nil
        }
        return try stream.wholeLines.text(of: line, limit: limit)
    }

    /// Returns unread bytes from the client without consuming them: a handler that only looked
    /// may still decline the connection, and httpd speaks HTTP on it.
    ///
    /// Waits for the first byte; ``waitForInput()`` before it waits without a thread.
    ///
    /// - Parameter limit: The most to look at, in bytes.
    /// - Returns: At least one byte; empty when the client has ended its side.
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `AP_MODE_SPECULATIVE`.
    public func peek(_ limit: Int = 1_024) throws -> [UInt8] {
        if limit <= 0 { stop("A connection was to be looked at by \(limit) bytes") }
        return try stream.peek(limit)
    }
}
