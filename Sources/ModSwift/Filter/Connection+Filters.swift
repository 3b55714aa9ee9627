// SPDX-License-Identifier: Apache-2.0

extension Connection {
    /// Adds a closure as a filter for everything that the server sends on the connection: headers
    /// and bodies of all requests, before TLS. It may keep state in variables that it captures.
    ///
    /// Add it in a connection handler, before anything is read or written. A handler that then
    /// returns ``Status/declined`` leaves the connection, with its filters, to HTTP.
    ///
    /// - Parameter body: Called with the data to be sent; see ``Filter``. It is not called at the
    ///   end of the connection, where its stream ends.
    ///
    /// Corresponds to `ap_add_output_filter` with a filter of type `AP_FTYPE_CONNECTION`;
    /// mod_python has no equivalent.
    public func addOutputFilter(_ body: @escaping (Filter) throws -> Void) {
        live.addFilter(Filter(.closure(body), isInput: false))
    }

    /// Adds an async closure as a filter for everything that the server sends on the connection. It
    /// runs on the thread that sends, which waits for it.
    ///
    /// - Parameter body: As with the form that is not async.
    public func addOutputFilter(_ body: @escaping (Filter) async throws -> Void) {
        live.addFilter(Filter(.asyncClosure(body), isInput: false))
    }

    /// Adds a closure as a filter for everything that the client sends on the connection, after
    /// TLS.
    ///
    /// Add it in a connection handler, as with ``addOutputFilter(_:)``.
    ///
    /// - Parameter body: Called when more data is requested; see ``Filter``. ``Filter/isAtEnd`` is
    ///   true when the client has closed its side.
    public func addInputFilter(_ body: @escaping (Filter) throws -> Void) {
        live.addFilter(Filter(.closure(body), isInput: true))
    }

    /// Adds an async closure as a filter for everything that the client sends on the connection. It
    /// runs on the thread that reads, which waits for it.
    ///
    /// - Parameter body: As with the form that is not async.
    public func addInputFilter(_ body: @escaping (Filter) async throws -> Void) {
        live.addFilter(Filter(.asyncClosure(body), isInput: true))
    }
}
