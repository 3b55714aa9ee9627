// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import Synchronization

// SAFETY: created by the parent before any child, never unmapped; every word is an atomic.
/// Numbers that all children of a server share, from its start to its end: a restart leaves them
/// unchanged.
///
/// They belong to no child, and no lock protects them, because a child may end at any instruction.
@safe struct SharedAtomicArray: Sendable {
    nonisolated(unsafe) private let words: UnsafeMutablePointer<Atomic<Int>>
    let count: Int

    /// Maps memory that children inherit. Its words are 0.
    ///
    /// - Throws: ``NoSharedMemory`` when there is no memory.
    init(count: Int) throws {
        let size = count * MemoryLayout<Atomic<Int>>.stride
        var error: Int32 = 0
        // SAFETY: a new mapping, whose addresses nothing else uses.
        guard let memory = unsafe msw_map_shared(size, &error) else {
            throw NoSharedMemory(description: errorText(error))
        }
        unsafe words = memory.bindMemory(to: Atomic<Int>.self, capacity: count)
        for index in 0..<count { unsafe (words + index).initialize(to: Atomic(0)) }
        self.count = count
    }

    @inline(__always)
    subscript(index: Int) -> Int {
        get { unsafe words[checked(index)].load(ordering: .relaxed) }
        nonmutating set { unsafe words[checked(index)].store(newValue, ordering: .relaxed) }
    }

    func add(_ number: Int, at index: Int) {
        unsafe words[checked(index)].add(number, ordering: .relaxed)
    }

    /// Replaces a word if it still has the expected value.
    func replace(_ old: Int, by new: Int, at index: Int) -> Bool {
        unsafe words[checked(index)].compareExchange(
            expected: old, desired: new, ordering: .relaxed
        ).exchanged
    }

    @inline(__always)
    private func checked(_ index: Int) -> Int {
        guard index >= 0, index < count else { stop("There is no shared word \(index)") }
        return index
    }
}

/// The parent could not map memory for its children.
struct NoSharedMemory: Error, CustomStringConvertible {
    let description: String
}
