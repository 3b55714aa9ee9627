// SPDX-License-Identifier: Apache-2.0
//
// The async connection handlers of this child: how many may be parked, and how they learn that the
// child is about to end, which httpd does not announce to waiting handlers.

internal import Synchronization
internal import SystemCalls

/// The running async connection handlers of this child.
enum Conversations {
    private struct State {
        var tasks: [ObjectIdentifier: WeakTask] = [:]
        var hasThread = false
        /// The time at which the limit was last logged.
        var lastRefusal: MonotonicTime?
    }

    private struct WeakTask {
        weak var task: ConnectionTask?
    }

    private static let state = Mutex(State())

    /// The maximum number of parked connections in a child: the MPM accepts `ThreadsPerChild`
    /// connections, and `AsyncRequestWorkerFactor` more for each idle thread. The first are
    /// reserved for all other clients. Nil if connections are not parked.
    static let limit: Int? = ConnectionWait.canPark ? parkingLimit : nil

    private static var parkingLimit: Int {
        let factor =
            Directive.tree.last { namesAreEqual($0.name, "AsyncRequestWorkerFactor") }
            .flatMap { Double($0.args) } ?? 2
        return max(1, Int(Double(ServerInfo.threads ?? 1) * max(1, factor)))
    }

    /// Logs the resulting limit in the parent, if there are connection handlers.
    static func logLimit(_ server: ServerRecord) {
        let hasHandlers = sequence(first: server, next: \.next)
            .contains { $0.connectionHandlers.count > 0 }
        guard hasHandlers, ConnectionWait.canPark else { return }
        server.log(
            "MSW0741: a child holds up to \(parkingLimit) conversations of async connection handlers at once "
                + "(ThreadsPerChild times AsyncRequestWorkerFactor)", level: .notice)
    }

    /// Whether another handler may begin; if not, that is logged, at most once a minute.
    static func hasRoom() -> Bool {
        guard let limit else { return true }
        let (isFull, logs) = state.withLock { state in
            guard state.tasks.count >= limit else { return (false, false) }
            let now = MonotonicTime.now
            if let last = state.lastRefusal, last.advanced(bySeconds: 60) > now {
                return (true, false)
            }
            state.lastRefusal = now
            return (true, true)
        }
        if logs {
            MainServer.log(
                "MSW0740: this child has \(limit) conversations of async connection handlers, which is its "
                    + "limit (ThreadsPerChild times AsyncRequestWorkerFactor): further ones are closed at once, "
                    + "so that it goes on taking other connections; raise AsyncRequestWorkerFactor",
                .error)
        }
        return !isFull
    }

    static func add(_ task: ConnectionTask) {
        let needsThread = state.withLock { state in
            state.tasks[ObjectIdentifier(task)] = WeakTask(task: task)
            defer { state.hasThread = true }
            return !state.hasThread
        }
        if needsThread, !BackgroundThread.start({ watch() }) {
            state.withLock { $0.hasThread = false }
        }
    }

    /// Called while the task is being freed: only its address is used.
    static func remove(_ task: ObjectIdentifier) {
        _ = state.withLock { $0.tasks.removeValue(forKey: task) }
    }

    /// Notifies each task once when the child is about to end.
    private static func watch() {
        guard let lifeline = BackgroundThread.lifeline else { return }
        while !lifeline.ends(before: .now.advanced(bySeconds: 0.2)) {
            guard ChildDrain.isStopping else { continue }
            let tasks = state.withLock { $0.tasks.values.map(\.task) }
            for task in tasks { task?.tellStopping() }
        }
    }
}
