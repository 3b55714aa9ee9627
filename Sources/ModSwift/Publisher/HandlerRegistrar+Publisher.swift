// SPDX-License-Identifier: Apache-2.0
//
// Registration functions of the builder's code for the publisher.

extension HandlerRegistrar {
    /// Registers a published function or value.
    public func publish<Result>(
        _ path: String, _ parameters: [PublishedParameterKind], _ result: PublishedResult<Result>,
        _ body: @escaping (PublishedCall) throws -> Result
    ) {
        add(path, parameters, result) { try body($0) }
    }

    /// Registers a published async function or value.
    public func publish<Result>(
        _ path: String, _ parameters: [PublishedParameterKind], _ result: PublishedResult<Result>,
        _ body: @escaping (PublishedCall) async throws -> Result
    ) {
        add(path, parameters, result) { call in
            try WorkerExecutor.run(call.request) { _ in try await body(call) }
        }
    }

    /// Records a declaration whose result cannot be copied, and therefore cannot be a response.
    @_disfavoredOverload
    public func publish<Result: ~Copyable>(
        _ path: String, _ parameters: [PublishedParameterKind], _ result: PublishedResult<Result>,
        _ body: @escaping (PublishedCall) async throws -> Result
    ) {
        refusePublication(path, "it returns \(Result.self), which is not a response")
    }

    /// Records a public declaration that is not published.
    ///
    /// - Parameters:
    ///   - path: The path that it would have.
    ///   - reason: Follows "is not published: ".
    ///   - line: Its line in the source.
    public func refusePublication(_ path: String, _ reason: String, line: Int = 0) {
        collector.published.refusals[path] = line > 0 ? "\(reason) (line \(line))" : reason
    }

    /// Registers an access declaration.
    public func protect(_ path: String, _ access: @escaping () throws -> Access) {
        collector.published.protections.append((path, access))
    }

    /// Records a variable that only has the name of an access declaration.
    @_disfavoredOverload
    public func protect<Value: ~Copyable>(_ path: String, _ access: @escaping () throws -> Value) {}

    private func add<Result>(
        _ path: String, _ parameters: [PublishedParameterKind], _ result: PublishedResult<Result>,
        _ body: @escaping (PublishedCall) throws -> Result
    ) {
        guard let respond = result.respond else {
            return refusePublication(
                path, "it is or returns \(Result.self), which is not a response")
        }
        if let wrong = parameters.first(where: { !$0.isReadable && !$0.isOmittable }) {
            return refusePublication(
                path, "no request has a \(wrong.type) for its parameter \(wrong.name)")
        }
        collector.published.publications.append(
            Publication(path: path, takesRest: parameters.contains(where: \.takesPath)) { call in
                try respond(try body(call), call.request)
            })
    }
}

extension PublishedParameterKind {
    fileprivate var takesPath: Bool { isInPath && !isFromRequest && isReadable }
}
