// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

// SAFETY: every object is retained for ever before its address is published.
/// A reference that threads read without a lock and that may be replaced while they do.
///
/// What it has once referred to is never freed: a reader may still be using it. That fits compiled
/// modules, which are never unloaded anyway.
@safe struct ImmortalReference<Object: AnyObject & Sendable>: ~Copyable, @unchecked Sendable {
    // because the address is atomic and what it points to is Sendable
    private let address: Atomic<UnsafeRawPointer?>

    init() { unsafe address = Atomic(nil) }

    @inline(__always)
    func load() -> Object? {
        guard let address = unsafe address.load(ordering: .acquiring) else { return nil }
        return unsafe Unmanaged<Object>.fromOpaque(address).takeUnretainedValue()
    }

    func store(_ object: Object) {
        let address = unsafe UnsafeRawPointer(Unmanaged.passRetained(object).toOpaque())
        unsafe self.address.store(address, ordering: .releasing)
    }
}
