// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// The error for a filter name that is not registered for a request.
public struct UnknownFilter: Error, Sendable, CustomStringConvertible {
    /// The name that was passed.
    public let name: String

    /// One sentence that also says what to do.
    public var description: String {
        "there is no filter \"\(printable(name))\"; load the module that has it, or register it "
            + "with the request"
    }
}

extension Request {
    /// Adds a filter for the response.
    ///
    /// Add it before the first write. Filters are called in the order in which they are added,
    /// after those of the configuration.
    ///
    /// - Parameter name: A name registered with ``registerOutputFilter(_:_:directory:)``, or a
    ///   filter of httpd, such as "DEFLATE". Case-insensitive.
    ///   one of httpd's, such as "DEFLATE". Case does not matter.
    /// - Throws: ``UnknownFilter``.
    ///
    /// Corresponds to `req.add_output_filter()` in mod_python; to `ap_add_output_filter`.
    public func addOutputFilter(_ name: String) throws { try addFilter(name, isInput: false) }

    /// Adds a filter for the request body.
    ///
    /// Add it before the first read.
    ///
    /// - Parameter name: A name registered with ``registerInputFilter(_:_:directory:)``, or a
    ///   filter of httpd, such as "DEFLATE". Case-insensitive.
    /// - Throws: ``UnknownFilter``.
    ///
    /// Corresponds to `req.add_input_filter()` in mod_python; to `ap_add_input_filter`.
    public func addInputFilter(_ name: String) throws { try addFilter(name, isInput: true) }

    /// Adds a closure as a filter for the response. It may keep state in variables that it
    /// captures.
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

    /// Adds a closure as a filter for the request body.
    ///
    /// - Parameter body: Called when more of the body is requested; see ``Filter``.
    public func addInputFilter(_ body: @escaping (Filter) throws -> Void) {
        add(Filter(.closure(body), isInput: true))
    }

    /// Adds an async closure as a filter for the request body. It runs on the thread of the
    /// request, which waits for it.
    ///
    /// - Parameter body: As with the form that is not async.
    public func addInputFilter(_ body: @escaping (Filter) async throws -> Void) {
        add(Filter(.asyncClosure(body), isInput: true))
    }

    /// Registers a filter function under a name, for this request only.
    ///
    /// - Parameters:
    ///   - name: The name for ``addOutputFilter(_:)-(String)``; it takes precedence over a filter
    ///     of httpd.
    ///   - handler: `module` or `module::function`, as in a directive. Whether it exists is checked
    ///     when the filter is first called.
    ///   - directory: The directory that is searched first for the module, as an absolute path;
    ///     nil: the directory of the running handler.
    ///   - file: The caller's file.
    ///   - line: The caller's line.
    ///
    /// Corresponds to `req.register_output_filter()` in mod_python.
    public func registerOutputFilter(
        _ name: String, _ handler: String, directory: String? = nil,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        register(name, handler, directory, isInput: false, file, line)
    }

    /// Registers a filter function under a name, for this request only.
    ///
    /// - Parameters:
    ///   - name: The name for ``addInputFilter(_:)-(String)``; it takes precedence over a filter of
    ///     httpd.
    ///   - handler: `module` or `module::function`, as in a directive.
    ///   - directory: The directory that is searched first for the module, as an absolute path;
    ///     nil: the directory of the running handler.
    ///   - file: The caller's file.
    ///   - line: The caller's line.
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

/// A filter function that a request has registered under a name.
struct RegisteredFilter {
    let name: String
    let handler: AddedHandler
}
