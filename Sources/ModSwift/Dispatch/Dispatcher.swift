// SPDX-License-Identifier: Apache-2.0
//
// From a hook to the handlers configured for it; returns one status to httpd.

internal import ServerRules

/// Runs the handlers of a phase.
enum Dispatcher {
    /// Runs the handlers that are configured for a hook of a request, and those that code has added
    /// to it.
    ///
    /// - Returns: The hook's result.
    static func runHook(_ hook: Phase, of record: RequestRecord) -> Int32 {
        switch hook {
        case .content:
            return runHandlers(of: .content, in: .content, record)
        case .postReadRequest, .headerParser:
            let result = runPhase(.initial, in: hook, of: record)
            return HookRule.continues(result) ? runPhase(hook, in: hook, of: record) : result
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
        runHandlers(of: phase, in: hook, record)
    }

    @inline(__always)
    private static func runHandlers(
        of phase: Phase, in hook: Phase, _ record: RequestRecord
    ) -> Int32 {
        guard let configuration = record.configuration else { return -1 }
        let entries = configuration.handlers(for: phase)
        if entries.count == 0, !record.hasAddedHandlers {
            return phase == .content ? refuseUnconfigured(record) : -1
        }
        return record.withObject { request in
            request.enter(phase, in: hook)
            return HookResult.result(
                of: runAll(entries, phase, request, configuration), phase, request)
        }
    }

    /// Runs the log phase of a client's request. httpd does not run the hook for the targets of
    /// internal redirects, so the handlers that were added to these are called from here.
    private static func log(_ record: RequestRecord) {
        _ = runPhase(.log, in: .log, of: record)
        for record in sequence(first: record, next: \.next).dropFirst()
        where record.hasAddedHandlers {
            let request = Request.of(record)
            guard let configuration = record.configuration else { continue }
            request.enter(.log, in: .log)
            _ = runAdded(
                after: HandlerStack(Phase.log.stackRule), .log, request, configuration)
        }
        if record.isInitial, let configuration = record.configuration,
            configuration.handlers(for: .cleanup).count > 0
        {
            Request.of(record).cleanUpLater()
        }
    }

    /// Runs the cleanup phase: the request has ended, but its objects still exist.
    static func cleanUp(_ request: Request) {
        let record = request.live
        guard let configuration = record.configuration else { return }
        request.enter(.cleanup, in: .cleanup)
        let entries = configuration.handlers(for: .cleanup)
        var stack = HandlerStack(Phase.cleanup.stackRule)
        if record.isInitial, entries.count > 0 {
            runConfigured(entries, to: &stack, .cleanup, request, configuration)
        }
        _ = runAdded(after: stack, .cleanup, request, configuration)
    }

    /// Asks the handlers of a server whether a client may connect. All of them must agree.
    static func admits(_ record: ConnectionRecord) -> Bool {
        guard let server = record.baseServer, let configuration = server.defaults else {
            return false
        }
        let connection = Connection.of(record)
        let entries = server.preConnectionHandlers
        return (0..<entries.count).allSatisfy {
            Invocation(.configured(entries[$0]), .preConnection, connection, configuration).admits()
        }
    }

    /// Runs the handlers of a connection, until one does not decline it; also called whenever the
    /// client of a parked connection has sent something.
    ///
    /// - Returns: The hook's result.
    static func runConnection(_ record: ConnectionRecord) -> Int32 {
        guard let server = record.baseServer, let configuration = server.defaults else { return -1 }
        let connection = Connection.of(record)
        // The event MPM runs the hook for each request of a connection.
        if connection.isDeclined { return -1 }
        let entries = server.connectionHandlers
        var task = connection.conversation
        var index = task == nil ? 0 : connection.handlerIndex
        while index < entries.count {
            connection.handlerIndex = index
            let invocation = Invocation(
                .configured(entries[index]), .connection, connection, configuration)
            let status = task.map(invocation.resume) ?? invocation.connectionStatus()
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

    /// Called before a connection is closed: informs a handler that waits for its client.
    static func endConnection(_ record: ConnectionRecord) {
        guard let connection = record.object, let error = connection.endConversation(),
            let entries = record.baseServer?.connectionHandlers,
            let configuration = record.baseServer?.defaults, connection.handlerIndex < entries.count
        else { return }
        Invocation(
            .configured(entries[connection.handlerIndex]), .connection, connection, configuration
        ).logEnd(with: error)
    }

    /// Runs the content phase of a Swift source that no handler was mapped to.
    static func refuseSource(of record: RequestRecord) -> Int32 {
        let request = Request.of(record)
        request.enter(.content, in: .content)
        return HookResult.refuseSource(request)
    }

    /// Handles SetHandler mod_swift without a SwiftHandler: the next module would serve the file,
    /// which may be a source.
    private static func refuseUnconfigured(_ record: RequestRecord) -> Int32 {
        let request = Request.of(record)
        request.enter(.content, in: .content)
        return HookResult.result(
            of: ErrorReporter.respond(
                to: .noHandler, request: request, phase: .content, handler: ""),
            .content, request)
    }

    // MARK: The stack

    @inline(__always)
    private static func runAll(
        _ entries: HandlerEntries, _ phase: Phase, _ request: Request,
        _ configuration: DirectoryConfiguration
    ) -> Status {
        // Nearly every request has one handler and no state: other cases are in separate functions,
        // and get the stack by value, because otherwise it could not stay in registers.
        var stack = HandlerStack(phase.stackRule)
        if entries.count == 1, !entries.selectsByExtension, phase != .initial {
            stack.add(
                Invocation.status(of: .configured(entries[0]), phase, request, configuration)?
                    .rawValue)
        } else {
            stack = runSeveral(entries, after: stack, phase, request, configuration)
        }
        if request.stateIfAny != nil {
            stack = runAdded(after: stack, phase, request, configuration)
        }
        return Status(rawValue: stack.result)
    }

    @inline(never)
    private static func runSeveral(
        _ entries: HandlerEntries, after stack: HandlerStack, _ phase: Phase, _ request: Request,
        _ configuration: DirectoryConfiguration
    ) -> HandlerStack {
        var stack = stack
        runConfigured(entries, to: &stack, phase, request, configuration)
        return stack
    }

    private static func runConfigured(
        _ entries: HandlerEntries, to stack: inout HandlerStack, _ phase: Phase,
        _ request: Request, _ configuration: DirectoryConfiguration
    ) {
        guard !entries.selectsByExtension, phase != .initial else {
            return runSelected(entries, to: &stack, phase, request, configuration)
        }
        for index in 0..<entries.count {
            stack.add(
                Invocation.status(of: .configured(entries[index]), phase, request, configuration)?
                    .rawValue)
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
        // If .htaccess is refused, any handler fails with the reason; one must be called.
        let isRefused = configuration.refused != nil && entries.count > 0
        for entry in isRefused ? [entries[0]] : selected {
            stack.add(
                Invocation.status(of: .configured(entry), phase, request, configuration)?.rawValue)
            if stack.isDone { return }
        }
    }

    /// Handlers may add handlers to the current phase.
    @inline(never)
    private static func runAdded(
        after stack: HandlerStack, _ phase: Phase, _ request: Request,
        _ configuration: DirectoryConfiguration
    ) -> HandlerStack {
        var stack = stack
        while !stack.isDone, let handler = request.stateIfAny?.takeAdded(to: phase) {
            stack.add(
                Invocation.status(of: .added(handler), phase, request, configuration)?.rawValue)
        }
        return stack
    }
}

extension Phase {
    /// The rule by which the phase continues with the next handler.
    @inline(__always)
    fileprivate var stackRule: HandlerStack.Rule {
        switch self {
        case .cleanup: .cleanup
        case .quick, .trans, .mapToStorage, .authen, .authz, .type: .untilOne
        default: .all
        }
    }
}
