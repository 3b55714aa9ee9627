// SPDX-License-Identifier: Apache-2.0

/// A function that httpd's phases, filters and connections call; the forms that authors may write
/// are reduced to one for each type of argument.
enum Handler {
    case request((Request) throws -> Status)
    case filter((Filter) throws -> Void)
    case connection((Connection) throws -> Status)
    case asyncConnection((Connection) async throws -> Status)
    /// Checks a user's password.
    case passwordCheck((Request, String, String) throws -> AuthnResult)
    /// Finds the hash of a user in a realm.
    case realmHash((Request, String, String) throws -> String?)
    /// Decides about a Require line with its arguments.
    case authorization((Request, String) throws -> AuthzResult)
    case server((Server) throws -> Void)
    /// Hands over state between versions.
    case state((ModuleState) throws -> Void)
    /// The module has no such function, and is not required to have one.
    case absent

    /// The type of its argument, as the author wrote it.
    var argument: String {
        switch self {
        case .request: "Request"
        case .filter: "Filter"
        case .connection, .asyncConnection: "Connection"
        case .passwordCheck: "Request, a user and a password"
        case .realmHash: "Request, a user and a realm"
        case .authorization: "Request and arguments"
        case .server: "Server"
        case .state: "ModuleState"
        case .absent: "nothing"
        }
    }
}

/// Collects the functions that a compiled module registers when it is loaded.
final class HandlerCollector {
    var handlers: [String: Handler] = [:]
    /// Functions that cannot be handlers, with the reasons.
    var refusals: [String: String] = [:]
    var published = PublishedDeclarations()
    /// The function of a page, and the files in which its errors can occur.
    var page: (files: [String], body: PageBody)?
    /// The program of a CGI script.
    var script: ScriptProgram?
}

/// Registers the handlers of a module. Used by the code that the builder generates, not by authors.
///
/// The compiler selects among the overloads by a function's result and effects; a function that
/// matches none of them is recorded with the reason, and never breaks a build.
@_documentation(visibility: internal)
public struct HandlerRegistrar {
    let collector: HandlerCollector

    /// Registers a handler that returns a status.
    public func add(_ name: String, _ function: @escaping (Request) throws -> Status) {
        collector.handlers[name] = .request(function)
    }

    /// Registers a handler without a result: ``Status/ok``.
    public func add(_ name: String, _ function: @escaping (Request) throws -> Void) {
        collector.handlers[name] = .request { request in
            try function(request)
            return .ok
        }
    }

    /// Registers a handler whose result is the response.
    public func add(_ name: String, _ function: @escaping (Request) throws -> String) {
        collector.handlers[name] = .request { request in
            try request.answer { try function(request) }
        }
    }

    /// Registers an async handler that returns a status.
    public func add(_ name: String, _ function: @escaping (Request) async throws -> Status) {
        collector.handlers[name] = .request { request in try WorkerExecutor.run(request, function) }
    }

    /// Registers an async handler without a result.
    public func add(_ name: String, _ function: @escaping (Request) async throws -> Void) {
        collector.handlers[name] = .request { request in
            try WorkerExecutor.run(request, function)
            return .ok
        }
    }

    /// Registers an async handler whose result is the response.
    public func add(_ name: String, _ function: @escaping (Request) async throws -> String) {
        collector.handlers[name] = .request { request in
            try request.answer { try WorkerExecutor.run(request, function) }
        }
    }

    /// Records a function that takes a request but cannot be a handler because of its result.
    public func add<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Request) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and a handler returns Status, Void or String")
    }

    /// Registers a filter.
    public func add(_ name: String, _ function: @escaping (Filter) throws -> Void) {
        collector.handlers[name] = .filter(function)
    }

    /// Registers an async filter.
    public func add(_ name: String, _ function: @escaping (Filter) async throws -> Void) {
        collector.handlers[name] = .filter { filter in try WorkerExecutor.run(filter, function) }
    }

    /// Records a function that takes a filter but cannot be one because of its result.
    public func add<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Filter) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and a filter returns nothing")
    }

    /// Registers a connection handler that returns a status.
    public func add(_ name: String, _ function: @escaping (Connection) throws -> Status) {
        collector.handlers[name] = .connection(function)
    }

    /// Registers a connection handler without a result: ``Status/ok``.
    public func add(_ name: String, _ function: @escaping (Connection) throws -> Void) {
        collector.handlers[name] = .connection { connection in
            try function(connection)
            return .ok
        }
    }

    /// Registers an async connection handler that returns a status.
    public func add(_ name: String, _ function: @escaping (Connection) async throws -> Status) {
        collector.handlers[name] = .asyncConnection(function)
    }

    /// Registers an async connection handler without a result.
    public func add(_ name: String, _ function: @escaping (Connection) async throws -> Void) {
        collector.handlers[name] = .asyncConnection { connection in
            try await function(connection)
            return .ok
        }
    }

    /// Records a function that takes a connection but cannot be a handler because of its result.
    public func add<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Connection) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and a connection handler returns Status or Void")
    }

    /// Registers a function for SwiftImport.
    public func add(_ name: String, _ function: @escaping (Server) throws -> Void) {
        collector.handlers[name] = .server(function)
    }

    /// Registers an async function for SwiftImport.
    public func add(_ name: String, _ function: @escaping (Server) async throws -> Void) {
        collector.handlers[name] = .server { server in try WorkerExecutor.run(server, function) }
    }

    /// Records a function that takes a server but that SwiftImport cannot call because of its
    /// result.
    public func add<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Server) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and a function for SwiftImport returns nothing")
    }

    /// Registers a function that hands over state between versions of the module.
    public func add(_ name: String, _ function: @escaping (ModuleState) throws -> Void) {
        guard StateFunctions.names.contains(name) else {
            return refuse(
                name,
                "a function that takes a ModuleState is called handOver, takeOver or closeModule")
        }
        collector.handlers[name] = .state(function)
    }

    /// Records a function that takes a ModuleState but has a result or is async.
    public func add<Result: ~Copyable>(
        _ name: String, _ function: @escaping (ModuleState) async throws -> Result
    ) {
        refuse(name, "a function that takes a ModuleState is not async, and returns nothing")
    }

    /// Records a function that cannot be a handler.
    ///
    /// - Parameters:
    ///   - name: The function's name as a directive would give it.
    ///   - reason: Follows "cannot be a handler: ".
    ///   - line: Its line in the source.
    public func refuse(_ name: String, _ reason: String, line: Int = 0) {
        // The function that is registered is in another branch of an #if.
        guard collector.handlers[name] == nil else { return }
        collector.refusals[name] = line > 0 ? "\(reason) (line \(line))" : reason
    }
}

extension Request {
    /// Writes the result of a handler that returns text, which is allowed only in the content
    /// phase.
    fileprivate func answer(_ text: () throws -> String) throws -> Status {
        guard phase == .content else { throw HandlerFailure.noPhaseForText(phase) }
        let text = try text()
        if !live.hasOwnContentType { contentType = "text/plain; charset=utf-8" }
        write(text)
        return .ok
    }
}
