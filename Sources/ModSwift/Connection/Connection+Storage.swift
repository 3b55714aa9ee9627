// SPDX-License-Identifier: Apache-2.0

/// Names a value that handlers keep with a connection.
///
/// ```swift
/// enum Greeted: ConnectionStorageKey { typealias Value = Bool }
/// req.connection[Greeted.self] = true
/// ```
///
/// A protocol of its own, beside ``RequestStorageKey``: what is kept here outlives the request, and
/// the key says so where it is declared.
public protocol ConnectionStorageKey {
    /// The type of the value.
    associatedtype Value
}

extension Connection {
    /// A value that lives as long as the connection, for all its requests; nil where none was set.
    ///
    /// Do not keep a ``Request`` in it, nor what belongs to one. It is let go of when the
    /// connection ends, perhaps on another thread. Under HTTP/2 each request has storage of its
    /// own.
    ///
    /// Corresponds to setting attributes on the connection object in mod_python, which lost them
    /// with the request.
    public subscript<Key: ConnectionStorageKey>(key: Key.Type) -> Key.Value? {
        get { storage[ObjectIdentifier(key)] as? Key.Value }
        set {
            _ = live
            storage[ObjectIdentifier(key)] = newValue
        }
    }
}
