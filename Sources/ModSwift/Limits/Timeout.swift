// SPDX-License-Identifier: Apache-2.0
//
// How long a call of a handler may take, and what belongs to a call that has such a limit. The limit
// is that of the outermost call on its thread: what a handler has httpd do within it, such as a
// subrequest, has no time of its own.

internal import SystemCalls

/// SwiftTimeout.
struct Timeout {
    let microseconds: Int

    var seconds: Double { Double(microseconds) / 1_000_000 }

    /// Seconds that a call has for its end once the limit has passed.
    var grace: Double { min(seconds, 5) }

    /// As a directive would give it: "30", "0.5".
    var shown: String {
        microseconds % 1_000_000 == 0 ? "\(microseconds / 1_000_000)" : "\(seconds)"
    }
}

/// What the log and the client are told of a call.
struct CallDescription {
    /// "SwiftHandler app".
    let handler: String
    /// "GET /x, client …".
    let story: String
    let server: ServerRecord?
    /// What waits for the call; nil where nobody does, or where others share it.
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
    /// Calls a body, unless the thread is in a call with a limit already: then that one holds.
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
