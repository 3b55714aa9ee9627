// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The machine's processors.
package enum Processors {
    /// How many are in use, 1 at least.
    package static var count: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
