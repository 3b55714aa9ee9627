// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import CTrapGuard

/// Functions that hold a lock, or leave data incomplete, if code is left inside them or inside
/// functions they call. The guard never leaves code inside the C library itself.
enum RuntimeLocks {
    private static let functions = [
        "swift_getGenericMetadata", "swift_getSingletonMetadata", "swift_getForeignTypeMetadata",
        "swift_getWitnessTable", "swift_getAssociatedTypeWitness",
        "swift_getAssociatedConformanceWitness", "swift_getCanonicalSpecializedMetadata",
        "swift_getOpaqueTypeConformance", "swift_conformsToProtocol", "swift_allocObject",
        // Runs authors' cancellation handlers (withTaskCancellationHandler) with the task's record
        // locked.
        "swift_task_cancel",
        // Functions of the C library that call back with a lock held.
        "pthread_once", "dl_iterate_phdr",
    ]

    /// Gives the guard the addresses of their code, in the parent: they are never unloaded.
    static func prepareParent() {
        let ranges = functions.compactMap(range).map {
            msw_code_range(start: $0.lowerBound, end: $0.upperBound)
        }
        // SAFETY: the ranges are copied.
        unsafe msw_guard_set_locks(ranges, Int32(ranges.count), msw_caller_of_once())
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
