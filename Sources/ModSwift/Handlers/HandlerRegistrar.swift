// SPDX-License-Identifier: Apache-2.0

/// A function that httpd's phases, filters and connections call; the forms that authors may write
/// are reduced to one for each of what it takes.
enum Handler {
    case request((Request) throws -> Status)
    case filter((Filter) throws -> Void)
    case connection((Connection) throws -> Status)
    case asyncConnection((Connection) async throws -> Status)
    /// Of a user and a password.
    case passwordCheck((Request, String, String) throws -> AuthnResult)
    /// Of a user and a realm.
    case realmHash((Request, String, String) throws -> String?)
    /// Of the arguments of a Require line.
    case authorization((Request, String) throws -> AuthzResult)
    case server((Server) throws -> Void)
    /// Hands state over between versions.
    case state((ModuleState) throws -> Void)
    /// The module has no such function, and need not have one.
    case absent

    /// What it takes, as its author wrote it.
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

/// Gathers what a compiled module hands over when it is loaded.
final class HandlerCollector {
    var handlers: [String: Handler] = [:]
    /// Functions that cannot be handlers, with the reason in words.
    var refusals: [String: String] = [:]
    var published = PublishedDeclarations()
    /// The function of a page, and the files that errors of it come from.
    var page: (files: [String], body: PageBody)?
    /// The program of a CGI script.
    var script: ScriptProgram?
}

/// Takes the handlers of a module. Used by the code that the builder generates, not by authors.
///
/// The compiler chooses among the overloads by a function's result and effects; what fits none of
/// them is remembered with the reason, and never breaks a build.
@_documentation(visibility: internal)
public struct HandlerRegistrar {
    let collector: HandlerCollector

    /// A handler with a status.
    public func add(_ name: String, _ function: @escaping (Request) throws -> Status) {
        collector.handlers[name] = .request(function)
    }

    /// A handler without a result: ``Status/ok``.
    public func add(_ name: String, _ function: @escaping (Request) throws -> Void) {
        collector.handlers[name] = .request { request in
            try function(request)
            return .ok
        }
    }

    /// A handler whose result is the response.
    public func add(_ name: String, _ function: @escaping (Request) throws -> String) {
        collector.handlers[name] = .request { request in
            try request.answer { try function(request) }
        }
    }

    /// An async handler with a status.
    public func add(_ name: String, _ function: @escaping (Request) async throws -> Status) {
        collector.handlers[name] = .request { request in try WorkerExecutor.run(request, function) }
    }

    /// An async handler without a result.
    public func add(_ name: String, _ function: @escaping (Request) async throws -> Void) {
        collector.handlers[name] = .request { request in
            try WorkerExecutor.run(request, function)
            return .ok
        }
    }

    /// An async handler whose result is the response.
    public func add(_ name: String, _ function: @escaping (Request) async throws -> String) {
        collector.handlers[name] = .request { request in
            try request.answer { try WorkerExecutor.run(request, function) }
        }
    }

    /// A function of a request that is no handler, by its result.
    public func add<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Request) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and a handler returns Status, Void or String")
    }

    /// A filter.
    public func add(_ name: String, _ function: @escaping (Filter) throws -> Void) {
        collector.handlers[name] = .filter(function)
    }

    /// An async filter.
    public func add(_ name: String, _ function: @escaping (Filter) async throws -> Void) {
        collector.handlers[name] = .filter { filter in try WorkerExecutor.run(filter, function) }
    }

    /// A function of a filter that is none, by its result.
    public func add<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Filter) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and a filter returns nothing")
    }

    /// A connection handler with a status.
    public func add(_ name: String, _ function: @escaping (Connection) throws -> Status) {
        collector.handlers[name] = .connection(function)
    }

    /// A connection handler without a result: ``Status/ok``.
    public func add(_ name: String, _ function: @escaping (Connection) throws -> Void) {
        collector.handlers[name] = .connection { connection in
            try function(connection)
            return .ok
        }
    }

    /// An async connection handler with a status.
    public func add(_ name: String, _ function: @escaping (Connection) async throws -> Status) {
        collector.handlers[name] = .asyncConnection(function)
    }

    /// An async connection handler without a result.
    public func add(_ name: String, _ function: @escaping (Connection) async throws -> Void) {
        collector.handlers[name] = .asyncConnection { connection in
            try await function(connection)
            return .ok
        }
    }

    /// A function of a connection that is no handler, by its result.
    public func add<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Connection) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and a connection handler returns Status or Void")
    }

    /// A function for SwiftImport.
    public func add(_ name: String, _ function: @escaping (Server) throws -> Void) {
        collector.handlers[name] = .server(function)
    }

    /// An async function for SwiftImport.
    public func add(_ name: String, _ function: @escaping (Server) async throws -> Void) {
        collector.handlers[name] = .server { server in try WorkerExecutor.run(server, function) }
    }

    /// A function of a server that SwiftImport cannot call, by its result.
    public func add<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Server) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and a function for SwiftImport returns nothing")
    }

    /// A function that hands state over between versions of the module.
    public func add(_ name: String, _ function: @escaping (ModuleState) throws -> Void) {
        guard StateFunctions.names.contains(name) else {
            return refuse(
                name,
                "a function that takes a ModuleState is called handOver, takeOver or closeModule")
        }
        collector.handlers[name] = .state(function)
    }

    /// One with a result, or that is async, by its result.
    public func add<Result: ~Copyable>(
        _ name: String, _ function: @escaping (ModuleState) async throws -> Result
    ) {
        refuse(name, "a function that takes a ModuleState is not async, and returns nothing")
    }

    /// A function that cannot be a handler.
    ///
    /// - Parameters:
    ///   - name: The function's name as a directive would give it.
    ///   - reason: Follows "cannot be a handler: ".
    ///   - line: Where it stands in its source.
    public func refuse(_ name: String, _ reason: String, line: Int = 0) {
        // A function that did register stands in another branch of an #if.
        guard collector.handlers[name] == nil else { return }
        collector.refusals[name] = line > 0 ? "\(reason) (line \(line))" : reason
    }
}

extension Request {
    /// Writes the result of a handler that returns text: a response, for which only one phase is.
    fileprivate func answer(_ text: () throws -> String) throws -> Status {
        guard phase == .content else { throw HandlerFailure.noPhaseForText(phase) }
        let text = try text()
        if !live.hasOwnContentType { contentType = "text/plain; charset=utf-8" }
        write(text)
        return .ok
    }
}
