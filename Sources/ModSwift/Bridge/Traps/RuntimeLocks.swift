// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import Synchronization

/// Functions of the Swift runtime that hold a lock, or leave data incomplete, if code is left
/// inside them or inside functions they call. The guard never leaves code inside the C library.
enum RuntimeLocks {
    /// The addresses of their code. Swift's own functions have frame pointers, so they are found on
    /// the stack.
    private struct Places {
        var ranges: [Range<UInt>] = []
        /// The return address in the function that initialises lazy globals.
        var once: UInt = 0
    }

    private static let functions = [
        "swift_getGenericMetadata", "swift_getSingletonMetadata", "swift_getForeignTypeMetadata",
        "swift_getWitnessTable", "swift_getAssociatedTypeWitness",
        "swift_getAssociatedConformanceWitness", "swift_getCanonicalSpecializedMetadata",
        "swift_getOpaqueTypeConformance", "swift_conformsToProtocol", "swift_allocObject",
        // Runs authors' cancellation handlers (withTaskCancellationHandler) with the task's record
        // locked.
        "swift_task_cancel",
    ]

    private static let places = Mutex(Places())

    /// Finds the addresses in the parent: the runtime is never unloaded.
    static func prepareParent() {
        places.withLock { places in
            places.ranges = functions.compactMap(range)
            places.once = msw_caller_of_once()
        }
    }

    /// - Parameter frames: Program counters of the code that was left, innermost first.
    static func mayBeHeld(at frames: [UInt]) -> Bool {
        places.withLock { places in
            frames.contains { frame in
                frame == places.once || places.ranges.contains { $0.contains(frame) }
            }
        }
    }

    /// Whether the initialiser of a lazy global was left: its lock is held for ever here, and it
    /// would trap in every child.
    static func isInLazyGlobal(_ frames: [UInt]) -> Bool {
        places.withLock { $0.once != 0 && frames.contains($0.once) }
    }

    // SAFETY: the dynamic linker's own tables, which exist as long as the library; the addresses
    // are only compared, never dereferenced.
    private static func range(of function: String) -> Range<UInt>? {
        var info = unsafe Dl_info()
        var symbol: UnsafeMutableRawPointer?
        guard let address = unsafe dlsym(nil, function),
            unsafe dladdr1(address, &info, &symbol, Int32(RTLD_DL_SYMENT)) != 0,
            let entry = unsafe symbol?.assumingMemoryBound(to: Elf64_Sym.self)
        else { return nil }
        let start = UInt(bitPattern: address)
        return unsafe start..<start + UInt(max(1, entry.pointee.st_size))
    }
}
