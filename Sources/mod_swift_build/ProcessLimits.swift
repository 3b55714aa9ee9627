// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Resource limits of a build; the compiler inherits them.
enum ProcessLimits {
    /// Sets the limits. A lower existing limit stays.
    static func apply() {
        limit(RLIMIT_CPU, 300)  // seconds
        limit(RLIMIT_AS, 8 << 30)  // bytes
        limit(RLIMIT_FSIZE, 1 << 30)
        limit(RLIMIT_CORE, 0)
    }

    private static func limit(_ resource: __rlimit_resource, _ value: rlim_t) {
        var current = rlimit()
        // SAFETY: the calls read or fill in a local variable.
        guard unsafe getrlimit(resource, &current) == 0 else { return }
        current.rlim_cur = min(current.rlim_cur, value)
        current.rlim_max = min(current.rlim_max, value)
        _ = unsafe setrlimit(resource, &current)
    }
}
