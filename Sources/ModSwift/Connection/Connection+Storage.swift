// SPDX-License-Identifier: Apache-2.0

/// The key of a value that handlers store with a connection.
///
/// ```swift
/// enum Greeted: ConnectionStorageKey { typealias Value = Bool }
/// req.connection[Greeted.self] = true
/// ```
///
/// Separate from ``RequestStorageKey``, because a value stored here outlives the request, and the
/// declaration of the key should show that.
public protocol ConnectionStorageKey {
    /// The type of the value.
    associatedtype Value
}

extension Connection {
    /// A value that lives as long as the connection, for all its requests; nil if none was set.
    ///
    /// Do not store a ``Request`` in it, nor an object that belongs to one. The value is released
    /// when the connection ends, perhaps on another thread. Under HTTP/2 each request has separate
    /// storage.
    ///
    /// Corresponds to setting attributes on the connection object in mod_python, which lost them at
    /// the end of the request.
    public subscript<Key: ConnectionStorageKey>(key: Key.Type) -> Key.Value? {
        get { storage[ObjectIdentifier(key)] as? Key.Value }
        set {
            _ = live
            storage[ObjectIdentifier(key)] = newValue
        }
    }
}
