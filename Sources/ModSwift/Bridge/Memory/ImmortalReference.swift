// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// An object that is never freed, used without reference counting.
// SAFETY: only created from objects that are retained for ever.
@safe struct Immortal<Object: AnyObject> {
    fileprivate let reference: Unmanaged<Object>

    /// Keeps an object for ever: call once for each object, because it retains it.
    init(keeping object: Object) { unsafe reference = Unmanaged.passRetained(object) }

    @inline(__always)
    init(_ address: UnsafeRawPointer) { unsafe reference = Unmanaged.fromOpaque(address) }

    /// - Parameter object: Must be retained elsewhere as long as the process runs.
    @inline(__always)
    init(kept object: Object) { unsafe reference = Unmanaged.passUnretained(object) }

    /// Calls body with the object.
    @inline(__always)
    func with<Result>(_ body: (Object) throws -> Result) rethrows -> Result {
        try unsafe reference._withUnsafeGuaranteedRef(body)
    }

    /// The object, with reference counting.
    var object: Object { unsafe reference.takeUnretainedValue() }

    /// Its identity, without reference counting.
    @inline(__always)
    var identity: ObjectIdentifier {
        unsafe reference._withUnsafeGuaranteedRef { ObjectIdentifier($0) }
    }

    /// Whether both refer to the same object.
    @inline(__always)
    static func == (left: Self, right: Self) -> Bool {
        unsafe left.reference.toOpaque() == right.reference.toOpaque()
    }
}

// SAFETY: the reference is never changed.
extension Immortal: @unchecked Sendable where Object: Sendable {}  // because Object is

/// A reference that threads read without a lock and that may be replaced while they do.
///
/// An object to which it has once referred is never freed, because a reader may still be using it.
/// That is suitable for compiled modules, which are never unloaded anyway.
// SAFETY: every object is retained for ever before its address is published.
@safe struct ImmortalReference<Object: AnyObject & Sendable>: ~Copyable, @unchecked Sendable {
    // because the address is atomic and what it points to is Sendable
    private let address: Atomic<UnsafeRawPointer?>

    init() { unsafe address = Atomic(nil) }

    @inline(__always)
    func load() -> Immortal<Object>? {
        guard let address = unsafe address.load(ordering: .acquiring) else { return nil }
        return unsafe Immortal(address)
    }

    @discardableResult
    func store(_ object: Object) -> Immortal<Object> { store(Immortal(keeping: object)) }

    /// Refers to an object that is already kept, without reference counting.
    @discardableResult
    func store(_ object: Immortal<Object>) -> Immortal<Object> {
        let address = unsafe UnsafeRawPointer(object.reference.toOpaque())
        unsafe self.address.store(address, ordering: .releasing)
        return object
    }
}
