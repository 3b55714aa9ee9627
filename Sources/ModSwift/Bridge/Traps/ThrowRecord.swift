// SPDX-License-Identifier: Apache-2.0

internal import CTrapGuard

/// The locations at which errors were thrown, as recorded by the guard for the last few throws of
/// the thread's current call.
enum ThrowRecord {
    /// Returns the return address of the call that created the error, or 0, followed by the return
    /// addresses of the throw, innermost first. Empty if nothing was recorded.
    ///
    /// Must be called within the guard, by the code that caught the error.
    static func frames(of error: any Error) -> [UInt] {
        unsafe [UInt](unsafeUninitializedCapacity: Int(MSW_THROW_FRAMES)) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            // SAFETY: the buffer has room for that many; the box is only compared.
            let found = unsafe start.withMemoryRebound(
                to: uintptr_t.self, capacity: Int(MSW_THROW_FRAMES)
            ) { unsafe msw_throw_frames(box(of: error), $0) }
            count = Int(found)
        }
    }

    /// Keeps the location of the first throw for an error that is thrown again.
    static func keep(_ error: any Error) { unsafe msw_keep_throw(box(of: error)) }

    // SAFETY: an error is a reference to its box; the pointer is only compared, never followed.
    private static func box(of error: any Error) -> UnsafeRawPointer {
        // Without the coercion, the argument would be the error inside the box.
        unsafe unsafeBitCast(error as any Error, to: UnsafeRawPointer.self)
    }
}
