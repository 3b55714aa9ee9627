// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPD {
    /// The maximum time for a start or restart of a server.
    private static let startLimit = Duration.seconds(120)

    /// Starts the server and waits until it serves requests.
    ///
    /// It makes no connection to find that out: handlers see only the test's requests.
    ///
    /// - Throws: ``HTTPDError`` with httpd's messages if it does not start. Its log lines are then
    ///   part of the error, and no longer count as unexpected.
    public func start() throws {
        try lifecycle.withLock { _ in
            guard pid == nil else { throw HTTPDError(.start, "the server is already started") }
            for attempt in 1... {
                do {
                    return try startOnce()
                } catch let error as HTTPDError {
                    guard error.log.contains("Address already in use"), attempt < 5 else {
                        throw failed(error)
                    }
                    try takeAnotherPort()
                }
            }
        }
    }

    /// Restarts the server and waits for the new generation.
    ///
    /// A graceful restart returns when a new child exists and no old one accepts new connections;
    /// old ones may still be finishing requests. A changed ``configuration`` takes effect.
    ///
    /// - Parameter graceful: Whether requests in progress may end (`SIGUSR1`); otherwise they are
    ///   cut off (`SIGHUP`).
    /// - Throws: ``HTTPDError`` with httpd's messages if it does not serve again; if it has ended,
    ///   as it does with an invalid configuration, it can be started again.
    public func restart(graceful: Bool) throws {
        try lifecycle.withLock { _ in
            guard let process = state.withLock({ $0.process }) else {
                throw HTTPDError(.restart, "the server is not started")
            }
            try writeConfiguration()
            let mark = log.mark()
            let old = Set(childPIDs)
            if !graceful { letChildrenSettle(process) }
            process.signal(graceful ? SIGUSR1 : SIGHUP)
            let deadline = Deadline(after: Self.startLimit)
            do {
                try waitUntilServing(process, since: mark, by: deadline, kind: .restart)
                try waitForNewGeneration(of: process, after: old, by: deadline, since: mark)
                if !graceful { log.forgiveCutConnections(since: mark) }
            } catch let error as HTTPDError {
                if process.hasExited { giveUp(process, since: mark) }
                throw failed(error)
            }
        }
    }

    /// Stops the server, and ensures that none of its processes is left.
    ///
    /// Does nothing if the server is not started. When it returns or throws, the processes are
    /// gone: those that did not end by themselves have been killed.
    ///
    /// - Parameters:
    ///   - graceful: Whether requests in progress may end (`SIGWINCH`).
    ///   - limit: The maximum time for the stop. httpd gives its children ten seconds before it
    ///     kills them.
    /// - Throws: ``HTTPDError`` if the server had ended before, ended with an error, had to be
    ///   killed, or left processes behind.
    public func stop(graceful: Bool = false, within limit: Duration = .seconds(60)) throws {
        try lifecycle.withLock { _ in
            guard let process = state.withLock({ $0.process }) else { return }
            let mark = log.mark()
            let alreadyGone = process.hasExited
            if !graceful { letChildrenSettle(process) }
            process.signal(graceful ? SIGWINCH : SIGTERM)
            let leftBehind = process.waitForEnd(by: Deadline(after: limit))
            let status = end(process)
            if !graceful { log.forgiveCutConnections(since: mark) }
            if let problem = Self.problem(alreadyGone, leftBehind, status) {
                let text = log.text(since: alreadyGone ? 0 : mark)
                throw failed(HTTPDError(.stop, problem, log: text))
            }
        }
    }

    /// Stops the server, if it is still running, and removes its directory.
    ///
    /// The directory is kept, and its path is printed, if something failed and the environment
    /// contains `MOD_SWIFT_KEEP=1`, or always with `MOD_SWIFT_KEEP=always`. A second call does
    /// nothing; it is called when the object is freed.
    ///
    /// - Parameter failed: Whether the test failed, as far as the caller knows. Errors that the
    ///   harness threw from a start, restart or stop are counted automatically.
    public func close(failed: Bool = false) {
        lifecycle.withLock { _ in
            let (process, wasClosed, hasFailed) = state.withLock { state in
                defer { state.isClosed = true }
                return (state.process, state.isClosed, state.hasFailed || failed)
            }
            guard !wasClosed else { return }
            if let process {
                process.signal(SIGTERM)
                _ = process.waitForEnd(by: Deadline(after: .seconds(60)))
                _ = end(process)
            }
            watchdog.dismiss()
            directory.discard(afterFailure: hasFailed)
        }
    }

    private func startOnce() throws {
        try writeConfiguration()
        let mark = log.mark()
        try directory.write("", to: directory.output)
        let process = try ServerProcess.start(
            program: serverCommand[0], arguments: Array(serverCommand.dropFirst()),
            environment: serverEnvironment, output: directory.output)
        watchdog.watch(session: process.pid)
        state.withLock { $0.process = process }
        do {
            let deadline = Deadline(after: Self.startLimit)
            try waitUntilServing(process, since: mark, by: deadline, kind: .start)
        } catch {
            giveUp(process, since: mark)
            throw error
        }
    }

    /// Takes the log lines, because they are part of the error.
    private func giveUp(_ process: ServerProcess, since mark: Int) {
        _ = end(process)
        log.consume(since: mark)
    }

    /// "Resuming normal operations" is logged when the sockets listen and the signal handlers are
    /// installed, and cannot be suppressed by LogLevel.
    private func waitUntilServing(
        _ process: ServerProcess, since mark: Int, by deadline: Deadline, kind: HTTPDError.Kind
    ) throws {
        let settled = deadline.wait {
            process.hasExited
                || (log.contains("resuming normal operations", since: mark)
                    && !ProcessTable.children(of: process.pid).isEmpty)
        }
        guard !settled || process.hasExited else { return }
        let what = process.hasExited ? "ended (\(process.exitStatus))" : "did not come up in time"
        throw HTTPDError(kind, "httpd \(what)", log: directory.outputText() + log.text(since: mark))
    }

    private func waitForNewGeneration(
        of process: ServerProcess, after old: Set<pid_t>, by deadline: Deadline, since mark: Int
    ) throws {
        let hasNewChild = deadline.wait {
            ProcessTable.children(of: process.pid).contains { !old.contains($0) }
        }
        guard hasNewChild else {
            throw HTTPDError(.restart, "httpd started no new child", log: log.text(since: mark))
        }
        // If /proc does not show a child's sockets, wait for a short time.
        let listeners = ListeningSocket.listeners(port: port)
        let moment = Deadline(after: .seconds(1))
        _ = deadline.wait {
            old.allSatisfy { pid in
                ListeningSocket.isHeld(listeners, by: pid).map { !$0 } ?? moment.hasPassed
            }
        }
    }

    /// Waits, for a limited time, until the children have all of their threads and no connection, and
    /// every thread sleeps.
    ///
    /// httpd's event and worker children may crash if they are stopped while they are still
    /// starting their threads: observed on a busy machine, without our module. Event children may
    /// also crash while a worker closes its connection: `close_worker_sockets` reads the sockets of
    /// all workers while each of them frees its own. On a busy machine a worker may be in between for
    /// any time: it is done when it sleeps.
    private func letChildrenSettle(_ process: ServerProcess) {
        guard configuration.mpm != .prefork else { return letPreforkSettle(process) }
        let threads = configuration.threadsPerChild
        _ = Deadline(after: .seconds(2)).wait(pausing: 20_000) {
            ProcessTable.childEntries(of: process.pid).allSatisfy { $0.threads > threads + 1 }
        }
        let port = self.port
        // The kernel looks at all of its connections to list those of one port.
        _ = Deadline(after: .milliseconds(250)).wait(pausing: 30_000) {
            ListeningSocket.hasConnections(port: port) != true
        }
        // Twice, because the threads are looked at one after the other, and may wake each other.
        var before: [pid_t: [String: String]?] = [:]
        _ = Deadline(after: .seconds(2)).wait(pausing: 5_000) {
            let children = ProcessTable.children(of: process.pid)
            let now = Dictionary(
                uniqueKeysWithValues: children.map { ($0, ProcessTable.sleeps(of: $0)) })
            defer { before = now }
            return now == before && now.values.allSatisfy { $0 != nil }
        }
    }

    /// Waits, for a limited time, until the children have no connection and sleep, waiting for one.
    ///
    /// Prefork ends its children in a signal handler. A child that is still closing a connection
    /// then omits cleanups that it would run a moment later.
    private func letPreforkSettle(_ process: ServerProcess) {
        let port = self.port
        let isIdle = Deadline(after: .seconds(1)).wait(pausing: 30_000) {
            ListeningSocket.hasConnections(port: port) != true
        }
        guard isIdle else { return }
        _ = Deadline(after: .seconds(5)).wait {
            ProcessTable.childEntries(of: process.pid).allSatisfy { $0.isSleeping }
        }
    }

    private func takeAnotherPort() throws {
        let reservation = try PortReservation()
        // Some kernels may not allow httpd to share a port with its reservation.
        reservation.release()
        state.withLock { $0.reservation = reservation }
    }

    /// Kills the rest of the server's session, then reaps its process: until then its id, which is
    /// also that of the session, cannot be reused.
    private func end(_ process: ServerProcess) -> ExitStatus {
        process.killSession()
        watchdog.watch(session: nil)
        state.withLock { $0.process = nil }
        return process.reap()
    }

    private func failed(_ error: HTTPDError) -> HTTPDError {
        state.withLock { $0.hasFailed = true }
        return error
    }

    private static func problem(
        _ alreadyGone: Bool, _ leftBehind: [String], _ status: ExitStatus
    ) -> String? {
        if alreadyGone { return "httpd had ended before it was stopped (\(status))" }
        if !leftBehind.isEmpty {
            return "httpd did not stop in time; killed \(leftBehind.joined(separator: ", "))"
        }
        return status.isSuccess ? nil : "httpd ended badly when stopped (\(status))"
    }
}
