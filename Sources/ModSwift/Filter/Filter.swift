// SPDX-License-Identifier: Apache-2.0

/// A filter: it changes the data that a request sends or receives.
///
/// A filter function is called repeatedly, each time with the next part of the stream. It reads,
/// writes the data to be passed on, and returns.
///
/// ```swift
/// func outputFilter(_ filter: Filter) throws {
///     while let bytes = try filter.read() {
///         filter.write(bytes.map { (97...122).contains($0) ? $0 - 32 : $0 })
///     }
/// }
/// ```
///
/// There is one object for each filter of a request, the same for all its calls; state is kept from
/// one call to the next in ``subscript(_:)`` or in variables that a closure has captured. The
/// object is valid until the request ends.
///
/// A filter of a connection changes the bytes of all its requests; see
/// ``Connection/addOutputFilter(_:)``.
///
/// Corresponds to the filter object of mod_python; to `ap_filter_t`.
public final class Filter {
    /// The function that is called with it.
    enum Body {
        case closure((Filter) throws -> Void)
        case handler(HandlerReference)

        /// Wraps an async closure in one that waits for it.
        static func asyncClosure(_ body: @escaping (Filter) async throws -> Void) -> Body {
            .closure { filter in try WorkerExecutor.run(filter, body) }
        }
    }

    let body: Body
    private(set) var record: FilterRecord?
    private var madeStream: FilterStream?
    private var storage: [ObjectIdentifier: Any] = [:]

    /// Whether it filters data from the client. `filter.is_input`.
    public let isInput: Bool

    /// The name under which it was registered, in lower case; "mod_swift" for a closure.
    /// `filter.name`.
    public let name: String

    /// - Parameter name: For a closure, the name of the one httpd filter that all closures use.
    init(_ body: Body, name: String = "mod_swift", isInput: Bool) {
        self.body = body
        self.name = name.lowercased()
        self.isInput = isInput
    }

    /// Called when it has been inserted into its request's filter chain.
    func begin(_ record: FilterRecord) {
        guard let pool = record.pool, let connection = record.connection,
            let stream = FilterStream(record, pool, connection, isInput: isInput)
        else { stop("httpd made a filter without a connection") }
        self.record = record
        madeStream = stream
    }

    /// Ends the filter; called by the cleanup of the pool of its request or connection.
    func end() {
        record = nil
        madeStream = nil
        storage = [:]
    }

    private var live: FilterRecord {
        guard let record else { Self.stopAfterEnd() }
        return record
    }

    var stream: FilterStream {
        guard let madeStream else { Self.stopAfterEnd() }
        return madeStream
    }

    private static func stopAfterEnd() -> Never {
        stop(
            "A filter was used after its request or connection had ended. Use it in its function "
                + "only.")
    }

    /// The phase of the directive that names such functions.
    var phase: Phase { isInput ? .inputFilter : .outputFilter }

    /// The request that it belongs to. `filter.req`.
    ///
    /// A filter of a connection belongs to no request: use its ``connection``.
    public var req: Request {
        guard let request = requestRecord else {
            stop(
                "A filter of a connection was asked for its request. It has none: use "
                    + "filter.connection")
        }
        return Request.of(request)
    }

    /// httpd's record of its request; nil for a filter of a connection.
    var requestRecord: RequestRecord? { live.request }

    /// httpd's record of its connection, or of that of its request.
    var connectionRecord: ConnectionRecord? { live.connection }

    /// The handler that a directive or a request named; nil for a closure.
    var reference: HandlerReference? {
        guard case .handler(let reference) = body else { return nil }
        return reference
    }

    /// The connection that it belongs to, or the connection of its request.
    public var connection: Connection {
        guard let connection = live.connection else { stop("This filter has no connection") }
        return Connection.of(connection)
    }

    /// The configuration in effect for it.
    var configuration: DirectoryConfiguration? {
        let record = live
        return record.request?.configuration ?? record.connection?.baseServer?.defaults
    }

    /// The handler, for log messages.
    var shownHandler: String { handler.isEmpty ? "(a closure)" : handler }

    /// The handler as it was named, such as "module::function"; empty for a closure.
    /// `filter.handler`.
    public var handler: String {
        reference?.word ?? ""
    }

    /// The directory of the directive that named it; nil if there is none. `filter.dir`.
    public var directory: String? {
        guard case .added(let added) = reference else { return reference?.entry?.directory }
        return added.directory
    }

    /// Whether it has closed its stream. `filter.closed`.
    public var isClosed: Bool { stream.isClosed }

    /// Passes everything on from now on, including the unread data of this call; the function is
    /// not called again for this request or connection.
    ///
    /// Corresponds to `filter.disable()` in mod_python.
    public func disable() { stream.isDisabled = true }

    /// A value that lives as long as the filter, from call to call; nil if none was set.
    public subscript<Key: RequestStorageKey>(key: Key.Type) -> Key.Value? {
        get { storage[ObjectIdentifier(key)] as? Key.Value }
        set { storage[ObjectIdentifier(key)] = newValue }
    }
}

/// How a response ends if one of its filters has failed.
struct FilterFailure {
    let status: Status
    /// A document to send instead of the response, its headers already set.
    let page: String?
}
