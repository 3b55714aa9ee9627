// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// A filter that a request does not know.
public struct UnknownFilter: Error, Sendable, CustomStringConvertible {
    /// The name that was given.
    public let name: String

    /// One sentence that says what to do.
    public var description: String {
        "there is no filter \"\(printable(name))\"; load the module that has it, or register it "
            + "with the request"
    }
}

extension Request {
    /// Adds a filter for the response.
    ///
    /// Add it before the first write. Filters change the response in the order in which they are
    /// added; those of the configuration come first.
    ///
    /// - Parameter name: One that was registered with ``registerOutputFilter(_:_:directory:)``, or
    ///   one of httpd's, such as "DEFLATE". Case does not matter.
    /// - Throws: ``UnknownFilter``.
    ///
    /// Corresponds to `req.add_output_filter()` in mod_python; to `ap_add_output_filter`.
    public func addOutputFilter(_ name: String) throws { try addFilter(name, isInput: false) }

    /// Adds a filter to the way of the body.
    ///
    /// Add it before the first read.
    ///
    /// - Parameter name: One that was registered with ``registerInputFilter(_:_:directory:)``, or
    ///   one of httpd's, such as "DEFLATE". Case does not matter.
    /// - Throws: ``UnknownFilter``.
    ///
    /// Corresponds to `req.add_input_filter()` in mod_python; to `ap_add_input_filter`.
    public func addInputFilter(_ name: String) throws { try addFilter(name, isInput: true) }

    /// Adds a closure as a filter for the response. It may keep what it has to remember in
    /// variables that it captures.
    ///
    /// - Parameter body: Called with each part of the response; see ``Filter``.
    public func addOutputFilter(_ body: @escaping (Filter) throws -> Void) {
        add(Filter(.closure(body), isInput: false))
    }

    /// Adds an async closure as a filter for the response. It runs on the thread of the
    /// request, which waits for it.
    ///
    /// - Parameter body: As with the form that is not async.
    public func addOutputFilter(_ body: @escaping (Filter) async throws -> Void) {
        add(Filter(.asyncClosure(body), isInput: false))
    }

    /// Adds a closure as a filter to the way of the body.
    ///
    /// - Parameter body: Called when more of the body is wanted; see ``Filter``.
    public func addInputFilter(_ body: @escaping (Filter) throws -> Void) {
        add(Filter(.closure(body), isInput: true))
    }

    /// Adds an async closure as a filter to the way of the body. It runs on the thread of the
    /// request, which waits for it.
    ///
    /// - Parameter body: As with the form that is not async.
    public func addInputFilter(_ body: @escaping (Filter) async throws -> Void) {
        add(Filter(.asyncClosure(body), isInput: true))
    }

    /// Gives a filter function a name, for this request only.
    ///
    /// - Parameters:
    ///   - name: For ``addOutputFilter(_:)-(String)``; it goes before one of httpd's.
    ///   - handler: `module` or `module::function`, as in a directive. That it exists is seen when
    ///     the filter is first called.
    ///   - directory: Where the module is looked for first, as an absolute path; nil: the directory of
    ///     the running handler.
    ///   - file: Where the caller stands.
    ///   - line: Where the caller stands.
    ///
    /// Corresponds to `req.register_output_filter()` in mod_python.
    public func registerOutputFilter(
        _ name: String, _ handler: String, directory: String? = nil,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        register(name, handler, directory, isInput: false, file, line)
    }

    /// Gives a filter function a name, for this request only.
    ///
    /// - Parameters:
    ///   - name: For ``addInputFilter(_:)-(String)``; it goes before one of httpd's.
    ///   - handler: `module` or `module::function`, as in a directive.
    ///   - directory: Where the module is looked for first, as an absolute path; nil: the directory of
    ///     the running handler.
    ///   - file: Where the caller stands.
    ///   - line: Where the caller stands.
    ///
    /// Corresponds to `req.register_input_filter()` in mod_python.
    public func registerInputFilter(
        _ name: String, _ handler: String, directory: String? = nil,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        register(name, handler, directory, isInput: true, file, line)
    }

    private func register(
        _ name: String, _ handler: String, _ directory: String?, isInput: Bool,
        _ file: StaticString,
        _ line: UInt
    ) {
        if let misuse = AddedHandler.misuse(handler, in: directory) {
            return remember(
                mistake: "the filter \(printable(name)) was not registered: \(misuse)", file: file,
                line: line)
        }
        let phase: Phase = isInput ? .inputFilter : .outputFilter
        state.filters.append(
            RegisteredFilter(name: name, handler: added(phase, handler, directory)))
    }

    private func addFilter(_ name: String, isInput: Bool) throws {
        let phase: Phase = isInput ? .inputFilter : .outputFilter
        let registered = stateIfAny?.filters.last {
            $0.handler.phase == phase && namesAreEqual($0.name, name)
        }
        if let registered {
            add(Filter(.handler(.added(registered.handler)), name: name, isInput: isInput))
        } else if !live.addFilter(named: name, isInput: isInput) {
            throw UnknownFilter(name: name)
        }
    }

    private func add(_ filter: Filter) { live.addFilter(filter) }
}

/// A name that a request has given to a filter function.
struct RegisteredFilter {
    let name: String
    let handler: AddedHandler
}
