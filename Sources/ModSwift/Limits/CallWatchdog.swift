// SPDX-License-Identifier: Apache-2.0
//
// Calls that a child makes before it serves requests, and when it ends, have no time limit: they
// may take longer than a request, and nothing can continue without them. But a call that never ends
// must be logged.

internal import Synchronization
internal import SystemCalls

/// Logs a call that its child waits for, if it takes too long.
final class CallWatchdog: Sendable {
    /// The time after which it is logged if no SwiftTimeout is set for the server.
    private static let usualPatience = Timeout(microseconds: 60_000_000)

    private let title: String
    private let consequence: String
    private let server: Server
    private let thread = ThreadNumber.current
    private let start = MonotonicTime.now
    private let isOver = Mutex(false)
    private let end: WakeSignal

    /// - Parameters:
    ///   - title: The message id and a description of the call.
    ///   - consequence: What cannot continue until the call ends.
    private init?(_ title: String, _ consequence: String, _ server: Server) {
        guard let end = try? WakeSignal() else { return nil }
        self.title = title
        self.consequence = consequence
        self.server = server
        self.end = end
    }

    /// Calls body; if it takes long, logs where it is executing.
    static func run<Result>(
        _ title: String, _ consequence: String, _ server: Server, _ body: () throws -> Result
    ) rethrows -> Result {
        guard let call = CallWatchdog(title, consequence, server) else { return try body() }
        guard BackgroundThread.start({ call.watch() }) else { return try body() }
        defer {
            call.isOver.withLock { $0 = true }
            call.end.raise()
        }
        return try body()
    }

    // MARK: On its own thread

    private func watch() {
        let limit = server.timeLimit ?? Self.usualPatience
        // Does not wait for the lifeline, because the child may already be ending: the end of the
        // call ends the wait.
        guard end.wait(until: start.advanced(bySeconds: limit.seconds)) == .late else { return }
        // The call cannot end while the lock is held, so the recorded stack is that of the call.
        let look = isOver.withLock { isOver in isOver ? nil : Look(thread) }
        if let look { tell(limit, look.story) }
    }

    /// The location of its thread, if the thread could be sampled.
    private struct Look {
        private let trap: Trap?

        init(_ thread: ThreadNumber) { trap = Trap(lookingAt: thread) }

        var story: TrapReport? {
            let modules = LoaderSettings.current.modulesDirectory
            return trap.flatMap {
                Symbolizer.report(of: TrapStack($0, modules: modules), modules: modules)
            }
        }
    }

    private func tell(_ limit: Timeout, _ story: TrapReport?) {
        let detail = story.map { "\n\($0.detail)" } ?? ""
        server.log(
            "\(title) has not ended \(limit.shown) seconds after it was called"
                + "\(story?.clause ?? ""); "
                + "\(consequence)\(detail)", level: .error)
    }
}
