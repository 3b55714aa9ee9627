// SPDX-License-Identifier: Apache-2.0
//
// The consequences of a trap beyond its request: it is counted, its handler may be put into
// quarantine, and its process is replaced.

enum TrapPolicy {
    /// Calls an author's code through body; if it traps, applies the consequences and throws the
    /// trap again.
    ///
    /// - Parameter loaded: The handler; nil for a closure.
    @inline(__always)
    static func contain<Result>(
        in loaded: Immortal<LoadedHandler>? = nil,
        _ configuration: @autoclosure () -> DirectoryConfiguration? = nil,
        _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let trap as Trap {
            contained(trap, in: loaded?.object, configuration())
            throw trap
        }
    }

    /// Called on the thread that has just left handler code that trapped.
    ///
    /// - Parameter loaded: The handler; nil for a closure.
    @inline(never)
    static func contained(
        _ trap: Trap, in loaded: LoadedHandler?, _ configuration: DirectoryConfiguration?
    ) {
        SharedTrapStatistics.shared?.count(.traps)
        if let loaded, let limit = configuration?.trapLimit {
            if trap.isInLazyGlobal {
                Quarantine.begin(loaded, limit)
            } else {
                Quarantine.count(loaded, limit)
            }
        }
        Drain.count(isUrgent: trap.holdsActor || trap.holdsLock)
    }

    /// Called on the thread that has just left a module's constructors.
    ///
    /// - Parameter isWhole: Whether the dynamic linker is still usable; otherwise the child is
    ///   replaced.
    /// - Returns: A description of the trap.
    static func loading(_ path: String, _ trap: Trap, isWhole: Bool) -> String {
        SharedTrapStatistics.shared?.count(.traps)
        let failure = TrapReporter.failure(of: trap, .child, "a constructor of \(path)")
        // Otherwise no shared state is affected, and replacing the child would not help: a new one
        // would trap in the same way.
        if !isWhole { Drain.count(isUrgent: true) }
        return "a constructor in it (init_array) \(failure.summary)"
    }

    /// Called on a background thread that has just left the job of a task that belongs to no call.
    static func left(_ trap: Trap, of owner: JobThreads.Owner) {
        SharedTrapStatistics.shared?.count(.traps)
        let failure = TrapReporter.failure(of: trap, .child, "a Task")
        let name =
            switch owner {
            case .actor: "MSW0743: a Task on an actor"
            case .mainActor: "MSW0743: a Task on the main actor"
            case .nobody: "MSW0412: a Task of no request"
            }
        MainServer.log(
            "\(name) \(printable(failure.summary)); what waits for the Task waits for ever", .error)
        Drain.count(isUrgent: trap.holdsActor || trap.holdsLock)
    }

    /// Called on a thread that has trapped and does not continue.
    ///
    /// - Parameters:
    ///   - isInCall: Whether it was in a call of a handler; otherwise it is a thread of
    ///     libdispatch.
    ///   - requestLine: The request line, as "GET /x HTTP/1.1".
    static func suspended(_ trap: Trap, isInCall: Bool, _ requestLine: String?) {
        SharedTrapStatistics.shared?.count(.traps)
        guard isInCall else {
            let failure = TrapReporter.failure(of: trap, .child, "a closure")
            MainServer.log(
                "MSW0412: a closure on a thread of libdispatch \(printable(failure.summary)); the thread is "
                    + "kept where it is, and what waits for the closure waits for ever", .error)
            return Drain.count(isUrgent: trap.holdsLock)
        }
        let failure = TrapReporter.failure(of: trap, .child, "a handler")
        MainServer.log(
            "MSW0750: a handler \(printable(failure.summary)), called by libdispatch "
                + "(concurrentPerform, sync), whose other threads use its stack; the thread is kept "
                + "where it is, its client gets no response, and the child is replaced "
                + "[\(printable(requestLine ?? "in no request"))]", .error)
        Drain.count(isUrgent: true)
    }
}

/// The number of times that a handler may trap: SwiftTrapLimit.
struct TrapLimit {
    /// The limit; 0 for none.
    let traps: Int
    let seconds: Int

    /// The default. A client that knows an input that traps could disable a handler with this
    /// number of requests: with a low limit, one bad input would cause an outage.
    static let standard = TrapLimit(traps: 100, seconds: 60)
}

extension DirectoryConfiguration {
    var trapLimit: TrapLimit { setTrapLimit ?? .standard }
}
