// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The pipe from the process that waits for this build, on standard input.
enum BuildLifeline {
    /// The pipe; nil when this process does not lead a group of its own, and so was started by
    /// something else than httpd.
    static var descriptor: Int32? { getpgrp() == getpid() ? 0 : nil }

    /// Ends this process and all that it started.
    static func endGroup() -> Never {
        kill(0, SIGKILL)
        exit(1)
    }
}
