// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import SystemCalls

extension RequestRecord {
    /// Has a file closed when the request's pool is destroyed, whatever becomes of the handler.
    func closeAtEnd(_ file: NamelessFile) {
        let reference = unsafe Unmanaged.passRetained(file).toOpaque()
        unsafe apr_pool_cleanup_register(
            pointer.pointee.pool, reference,
            { reference in
                guard !ChildEnd.interruptsWork, let reference = unsafe reference else {
                    return APR_SUCCESS
                }
                // SAFETY: the one release for the retain above.
                unsafe Unmanaged<NamelessFile>.fromOpaque(reference).takeRetainedValue().close()
                return APR_SUCCESS
            }, apr_pool_cleanup_null)
    }
}
