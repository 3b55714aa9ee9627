// SPDX-License-Identifier: Apache-2.0
//
// From a hook to the handlers that stand for it, and back to httpd with one status.

/// Runs the handlers of a phase.
enum Dispatcher {
    /// Runs what is configured for a hook of a request, and what code has added to it.
    ///
    /// - Returns: What the hook returns to httpd.
    static func run(_ hook: Phase, of record: RequestRecord) -> Int32 {
        switch hook {
        case .content:
            return run(.content, in: .content, of: record)
        case .postReadRequest, .headerParser:
            let result = runPhase(.initial, in: hook, of: record)
            return HookResult.continues(result) ? runPhase(hook, in: hook, of: record) : result
        case .log:
            log(record)
            return 0
        default:
            return runPhase(hook, in: hook, of: record)
        }
    }

    @inline(never)
    private static func runPhase(_ phase: Phase, in hook: Phase, of record: RequestRecord) -> Int32
    {
        run(phase, in: hook, of: record)
    }

    @inline(__always)
    private static func run(_ phase: Phase, in hook: Phase, of record: RequestRecord) -> Int32 {
        guard let configuration = record.configuration else { return -1 }
        let entries = configuration.handlers(for: phase)
        if entries.count == 0, !record.hasAddedHandlers {
            return phase == .content ? refuseUnconfigured(record) : -1
        }
        let request = Request.of(record)
        request.enter(phase, in: hook)
        if let place = configuration.refused {
            return HookResult.result(
                of: ErrorReporter.report(
                    .htaccessRefused(place), request: request, phase: phase, handler: ""),
                phase, request)
        }
        return HookResult.result(of: runAll(entries, phase, request, configuration), phase, request)
    }

    /// The log phase of a client's request. httpd does not come to what that was redirected to, so
    /// the handlers that were added there are called from here.
    private static func log(_ record: RequestRecord) {
        _ = runPhase(.log, in: .log, of: record)
        for record in sequence(first: record, next: \.next).dropFirst()
        where record.hasAddedHandlers {
            let request = Request.of(record)
            guard let configuration = record.configuration else { continue }
            request.enter(.log, in: .log)
            var stack = HandlerStack(.log)
            runAdded(to: &stack, .log, request, configuration)
        }
        if record.isInitial, let configuration = record.configuration,
            configuration.handlers(for: .cleanup).count > 0
        {
            Request.of(record).cleanUpLater()
        }
    }

    /// The cleanup phase: the request is over, but for what belongs to it.
    static func cleanUp(_ request: Request) {
        let record = request.live
        guard let configuration = record.configuration else { return }
        request.enter(.cleanup, in: .cleanup)
        let entries = configuration.handlers(for: .cleanup)
        var stack = HandlerStack(.cleanup)
        if record.isInitial, entries.count > 0 {
            if let place = configuration.refused {
                _ = ErrorReporter.report(
                    .htaccessRefused(place), request: request, phase: .cleanup, handler: "")
            } else {
                runConfigured(entries, to: &stack, .cleanup, request, configuration)
            }
        }
        runAdded(to: &stack, .cleanup, request, configuration)
    }

    /// Asks the handlers of a server whether a client may connect. All of them must agree.
    static func admits(_ record: ConnectionRecord) -> Bool {
        guard let server = record.baseServer, let configuration = server.defaults else {
            return false
        }
        let connection = Connection.of(record)
        let entries = server.preConnectionHandlers
        return (0..<entries.count).allSatisfy {
            Funnel.admits(.configured(entries[$0]), connection, configuration)
        }
    }

    /// Runs the handlers of a connection, until one does not decline it; also called whenever the
    /// client of a parked connection has sent something.
    ///
    /// - Returns: What the hook returns to httpd.
    static func run(_ record: ConnectionRecord) -> Int32 {
        guard let server = record.baseServer, let configuration = server.defaults else { return -1 }
        let connection = Connection.of(record)
        // The event MPM runs the hook for each request of a connection.
        if connection.isDeclined { return -1 }
        let entries = server.connectionHandlers
        var task = connection.conversation
        var index = task == nil ? 0 : connection.handlerIndex
        while index < entries.count {
            let handler = HandlerReference.configured(entries[index])
            let status =
                if let task {
                    Funnel.resume(task, of: handler, connection, configuration)
                } else {
                    start(handler, at: index, connection, configuration)
                }
            guard let status else { return 0 }
            if status != .declined {
                connection.stream.flush()
                return 0
            }
            (index, task) = (index + 1, nil)
        }
        connection.isDeclined = true
        return -1
    }

    private static func start(
        _ handler: HandlerReference, at index: Int, _ connection: Connection,
        _ configuration: DirectoryConfiguration
    ) -> Status? {
        connection.handlerIndex = index
        return Funnel.call(handler, connection, configuration)
    }

    /// The content phase of a Swift source that no handler was mapped to.
    static func refuseSource(of record: RequestRecord) -> Int32 {
        let request = Request.of(record)
        request.enter(.content, in: .content)
        return HookResult.refuseSource(request)
    }

    /// SetHandler mod_swift without a SwiftHandler: the next module would serve the file, which may
    /// be a source.
    private static func refuseUnconfigured(_ record: RequestRecord) -> Int32 {
        let request = Request.of(record)
        request.enter(.content, in: .content)
        return HookResult.result(
            of: ErrorReporter.report(.noHandler, request: request, phase: .content, handler: ""),
            .content, request)
    }

    // MARK: The stack

    @inline(__always)
    private static func runAll(
        _ entries: HandlerEntries, _ phase: Phase, _ request: Request,
        _ configuration: DirectoryConfiguration
    ) -> Status {
        var stack = HandlerStack(phase)
        runConfigured(entries, to: &stack, phase, request, configuration)
        if request.existingExtras != nil { runAdded(to: &stack, phase, request, configuration) }
        return stack.result
    }

    @inline(__always)
    private static func runConfigured(
        _ entries: HandlerEntries, to stack: inout HandlerStack, _ phase: Phase,
        _ request: Request, _ configuration: DirectoryConfiguration
    ) {
        guard !entries.selectsByExtension, phase != .initial else {
            return runSelected(entries, to: &stack, phase, request, configuration)
        }
        for index in 0..<entries.count {
            stack.add(Funnel.call(.configured(entries[index]), phase, request, configuration))
            if stack.isDone { return }
        }
    }

    @inline(never)
    private static func runSelected(
        _ entries: HandlerEntries, to stack: inout HandlerStack, _ phase: Phase,
        _ request: Request, _ configuration: DirectoryConfiguration
    ) {
        let selected =
            phase == .initial
            ? configuration.initialHandlers(for: request)
            : entries.selected(for: request.filename)
        for entry in selected {
            stack.add(Funnel.call(.configured(entry), phase, request, configuration))
            if stack.isDone { return }
        }
    }

    /// Handlers may add handlers to the phase that is running.
    @inline(never)
    private static func runAdded(
        to stack: inout HandlerStack, _ phase: Phase, _ request: Request,
        _ configuration: DirectoryConfiguration
    ) {
        while !stack.isDone, let handler = request.existingExtras?.takeAdded(to: phase) {
            stack.add(Funnel.call(.added(handler), phase, request, configuration))
        }
    }
}
