// SPDX-License-Identifier: Apache-2.0

/// The key of a value that handlers of one request pass to each other.
///
/// ```swift
/// enum Started: RequestStorageKey { typealias Value = Double }
/// req[Started.self] = now
/// ```
public protocol RequestStorageKey {
    /// The type of the value.
    associatedtype Value
}

extension Request {
    /// A value that lives as long as the request, for all its phases; nil if none was set.
    ///
    /// Corresponds to setting attributes on the request object in mod_python.
    public subscript<Key: RequestStorageKey>(key: Key.Type) -> Key.Value? {
        get { stateIfAny?.storage[ObjectIdentifier(key)] as? Key.Value }
        set { state.storage[ObjectIdentifier(key)] = newValue }
    }

    /// Registers a closure that is called when the request ends, after its log phase. The last one
    /// registered is called first.
    ///
    /// It may run on a different thread from the handler. The response has been sent by then: the
    /// closure can still read the request, but no longer write.
    ///
    /// Corresponds to `req.register_cleanup()` in mod_python.
    public func registerCleanup(_ body: @escaping () -> Void) {
        state.cleanups.append(body)
        cleanUpLater()
    }
}
