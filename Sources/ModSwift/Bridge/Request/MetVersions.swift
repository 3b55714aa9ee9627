// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: the links are in the pool of the request, which drops them before the pool ends; slots
// and versions are never freed.
/// The modules that a request has pinned in their current versions. Adding one takes a few bytes of
/// the request's pool, and counts no references.
@safe struct MetVersions {
    @safe private struct Link {
        let slot: Immortal<ModuleSlot>
        let version: Immortal<ModuleVersion>
        let next: UnsafeMutablePointer<Link>?
    }

    private var last: UnsafeMutablePointer<Link>?

    @inline(__always)
    init() { unsafe last = nil }

    /// Returns the pinned version; nil if the module has not been used yet.
    @inline(__always)
    func version(of slot: Immortal<ModuleSlot>) -> Immortal<ModuleVersion>? {
        var link = unsafe last
        while let met = unsafe link {
            if unsafe met.pointee.slot == slot { return unsafe met.pointee.version }
            unsafe link = met.pointee.next
        }
        return nil
    }

    /// Whether one request may use all of them and another version: see
    /// ``ModuleVersion/agrees(with:)``.
    @inline(__always)
    func agree(with version: Immortal<ModuleVersion>) -> Bool {
        var link = unsafe last
        while let met = unsafe link {
            guard version.with({ unsafe met.pointee.version.with($0.agrees) }) else {
                return false
            }
            unsafe link = met.pointee.next
        }
        return true
    }

    /// - Parameter pool: The request's pool.
    @inline(__always)
    mutating func add(
        _ version: Immortal<ModuleVersion>, of slot: Immortal<ModuleSlot>, in pool: Pool
    ) {
        // APR ends the process if there is no memory.
        guard let place = unsafe apr_palloc(pool.pointer, MemoryLayout<Link>.size) else { return }
        let link = unsafe place.bindMemory(to: Link.self, capacity: 1)
        unsafe link.initialize(to: Link(slot: slot, version: version, next: last))
        unsafe last = link
    }

    /// All of them, in the order in which they were pinned.
    var all: [PinnedVersion] {
        var all: [PinnedVersion] = []
        var link = unsafe last
        while let met = unsafe link {
            all.append(
                PinnedVersion(
                    slot: unsafe met.pointee.slot.object,
                    version: unsafe met.pointee.version.object))
            unsafe link = met.pointee.next
        }
        return all.reversed()
    }
}
