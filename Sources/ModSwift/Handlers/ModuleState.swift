// SPDX-License-Identifier: Apache-2.0

internal import ValueCoding

/// The state that a module passes to its next version when its source has changed.
///
/// If a module has a function `handOver`, it is called for the state; the next version gets the
/// state through its `takeOver`, before any request uses it. `closeModule` is called when the last
/// request that uses the old version has ended.
///
/// ```swift
/// import ModSwift
/// import Synchronization
///
/// private let hits = Mutex(0)
///
/// func handOver(_ state: ModuleState) { state["hits"] = hits.withLock { $0 } }
/// func takeOver(_ state: ModuleState) { hits.withLock { $0 = state["hits"] as? Int ?? 0 } }
/// ```
///
/// The module's own types are distinct in each version: pass their values through
/// ``encode(_:for:)`` and ``decode(_:for:)``. Types of Swift, of ModSwift and of imported modules
/// that have not changed stay the same.
///
/// Corresponds to `__mp_clone__` and `__mp_purge__` of mod_python 3.3's importer.
public final class ModuleState {
    private var values: [String: any Sendable] = [:]
    private var encoded: [String: Value] = [:]

    init() {}

    /// A value, such as a number, a file descriptor or a pool of connections.
    public subscript(key: String) -> (any Sendable)? {
        get { values[key] }
        set { values[key] = newValue }
    }

    /// Stores a value of any type that can be encoded, including types that the module declares.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - key: The key for ``decode(_:for:)``.
    /// - Throws: Errors of the value's `encode(to:)`.
    public func encode(_ value: some Encodable, for key: String) throws {
        encoded[key] = try Value(encoding: value)
    }

    /// Decodes a value that was stored by ``encode(_:for:)``.
    ///
    /// - Parameters:
    ///   - type: Its type, which may have changed in the meantime.
    ///   - key: The key under which it was stored.
    /// - Returns: The value; nil if none was stored.
    /// - Throws: Errors of the type's `init(from:)`, for example if the type has an additional
    ///   property now.
    public func decode<T: Decodable>(_ type: T.Type, for key: String) throws -> T? {
        try encoded[key]?.decoded(as: type)
    }
}
