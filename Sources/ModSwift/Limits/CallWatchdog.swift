// SPDX-License-Identifier: Apache-2.0
//
// What a child calls before it serves, and when it ends, is not cut short: it may rightly take longer
// than a request may, and nothing goes on without it. But one that never ends must not do so without
// a word.

internal import Synchronization
internal import SystemCalls

/// A call that its child waits for.
final class CallWatchdog: Sendable {
    /// When it is told of where no SwiftTimeout is set for the server.
    private static let usualPatience = Timeout(microseconds: 60_000_000)

    private let title: String
    private let consequence: String
    private let server: Server
    private let thread = ThreadNumber.current
    private let start = MonotonicTime.now
    private let isOver = Mutex(false)
    private let end: WakeSignal

    /// - Parameters:
    ///   - title: What it is, for the log, behind the id.
    ///   - consequence: What waits for it.
    private init?(_ title: String, _ consequence: String, _ server: Server) {
        guard let end = try? WakeSignal() else { return nil }
        self.title = title
        self.consequence = consequence
        self.server = server
        self.end = end
    }

    /// Calls a body; when it takes long, the log says where it is.
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

    // MARK: On a thread of its own

    private func watch() {
        let limit = server.timeLimit ?? Self.usualPatience
        // Not for the end of the child, which may have begun: the call ends the wait.
        guard end.wait(until: start.advanced(bySeconds: limit.seconds)) == .late else { return }
        // It cannot end meanwhile: what is seen is its own.
        let look = isOver.withLock { isOver in isOver ? nil : Look(thread) }
        if let look { tell(limit, look.story) }
    }

    /// Where its thread was, if it has answered.
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
