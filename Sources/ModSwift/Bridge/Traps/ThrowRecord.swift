// SPDX-License-Identifier: Apache-2.0

internal import CTrapGuard

/// Where errors were thrown, as the guard has noted for the last few of the thread's call.
enum ThrowRecord {
    /// The address behind the call that made the error, or 0; then the return addresses of the throw,
    /// innermost first. Empty where nothing was recorded.
    ///
    /// Called within the guard, by the code that has caught the error.
    static func frames(of error: any Error) -> [UInt] {
        unsafe [UInt](unsafeUninitializedCapacity: Int(MSW_THROW_FRAMES)) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            // SAFETY: the buffer has room for as many; the box is only compared.
            let found = unsafe start.withMemoryRebound(
                to: uintptr_t.self, capacity: Int(MSW_THROW_FRAMES)
            ) { unsafe msw_throw_frames(box(of: error), $0) }
            count = Int(found)
        }
    }

    /// Has an error that is thrown on come from where it was first thrown.
    static func keep(_ error: any Error) { unsafe msw_keep_throw(box(of: error)) }

    // SAFETY: an error is a reference to its box, which nobody follows by this.
    private static func box(of error: any Error) -> UnsafeRawPointer {
        // Without the coercion it would be the error in the box that is passed.
        unsafe unsafeBitCast(error as any Error, to: UnsafeRawPointer.self)
    }
}
