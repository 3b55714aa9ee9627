// SPDX-License-Identifier: Apache-2.0

internal import ValueCoding

/// What a module gives to the version that takes its place when its source has changed.
///
/// A module that has a function `handOver` is asked for its state; the next version gets it by its
/// `takeOver`, before any request uses it. `closeModule` is called when the last request that uses
/// the old version has ended.
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
/// The module's own types are other ones in each version: values of them go through
/// ``encode(_:for:)`` and ``decode(_:for:)``. Types of Swift, of ModSwift and of imported modules that have
/// not changed stay what they are.
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

    /// Gives a value of any type that can be encoded, also of one that the module declares.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - key: What ``decode(_:for:)`` asks for.
    /// - Throws: What the value's `encode(to:)` throws.
    public func encode(_ value: some Encodable, for key: String) throws {
        encoded[key] = try Value(encoding: value)
    }

    /// Makes a value of one that was encoded.
    ///
    /// - Parameters:
    ///   - type: Its type, which may have changed since.
    ///   - key: What it was given for.
    /// - Returns: The value; nil where none was given.
    /// - Throws: What the type's `init(from:)` throws, as where it has another property now.
    public func decode<T: Decodable>(_ type: T.Type, for key: String) throws -> T? {
        try encoded[key]?.decoded(as: type)
    }
}
