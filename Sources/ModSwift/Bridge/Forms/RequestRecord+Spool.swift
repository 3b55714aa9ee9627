// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import SystemCalls

extension RequestRecord {
    /// Closes a file when the request's pool is destroyed, however the handler ends.
    func closeAtEnd(_ file: NamelessFile) {
        let reference = unsafe Unmanaged.passRetained(file).toOpaque()
        unsafe apr_pool_cleanup_register(
            pointer.pointee.pool, reference,
            { reference in
                guard !ChildEnd.interruptsWork, let reference = unsafe reference else {
                    return APR_SUCCESS
                }
                // SAFETY: the only release for the retain above.
                unsafe Unmanaged<NamelessFile>.fromOpaque(reference).takeRetainedValue().close()
                return APR_SUCCESS
            }, apr_pool_cleanup_null)
    }
}
