// SPDX-License-Identifier: Apache-2.0
//
// The time limit for calls of handlers. The limit applies to the outermost call on a thread: calls
// that httpd makes within it, such as those of a subrequest, have no limit of their own.

internal import SystemCalls

/// The value of SwiftTimeout.
struct Timeout {
    let microseconds: Int

    var seconds: Double { Double(microseconds) / 1_000_000 }

    /// The grace period after the limit, in seconds.
    var grace: Double { min(seconds, 5) }

    /// The limit as a directive would give it: "30", "0.5".
    var shown: String {
        microseconds % 1_000_000 == 0 ? "\(microseconds / 1_000_000)" : "\(seconds)"
    }
}

/// The description of a call for the log and the client.
struct CallDescription {
    /// "SwiftHandler app".
    let handler: String
    /// "GET /x, client …".
    let story: String
    let server: ServerRecord?
    /// The client's connection; nil if no client waits, or if other requests share it.
    let client: ConnectionEnds?

    init(_ request: Request, _ title: String) {
        let record = request.live
        handler = title
        story = record.logDescription
        server = record.server
        client = request.awaitsAnswer ? record.connection?.ends : nil
    }
}

extension Timeout {
    /// Calls body with the time limit, unless the thread is already in a call with a limit, which
    /// then applies.
    @inline(never)
    func enforce<Result>(
        _ subject: () -> CallDescription, _ body: () throws -> Result
    ) throws -> Result {
        if TimedCall.current != nil { return try body() }
        let call = TimedCall(self, subject())
        ThreadSlot.set(call)
        TimeoutWatchdog.add(call)
        defer {
            TimeoutWatchdog.remove(call)
            ThreadSlot.set(nil)
        }
        return try withExtendedLifetime(call, body)
    }
}

extension HandlerFailure {
    static func timedOut(_ limit: Timeout) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0409", summary: "took longer than \(limit.shown) seconds (SwiftTimeout)",
            status: .gatewayTimeOut)
    }

    static func abandoned(_ limit: Timeout) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0409",
            summary: "took longer than \(limit.shown) seconds (SwiftTimeout) and still waits for "
                + "something \(limit.grace) seconds after it was cancelled; it is left there, and "
                + "the child is replaced",
            status: .gatewayTimeOut)
    }
}
