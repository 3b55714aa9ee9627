// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemCalls

/// The pipe from the process that waits for this build, on standard input.
enum BuildLifeline {
    /// Makes this process end, together with all processes that it has started, in all groups, as
    /// soon as no process waits for it any more: swiftc gives each compiler its own group.
    static func watch() {
        // A process that does not lead its group was not started by httpd.
        guard getpgrp() == getpid() else { return }
        ProcessTree.adoptOrphans()
        var thread = pthread_t()
        // SAFETY: the thread uses nothing of this one.
        let code = unsafe pthread_create(
            &thread, nil,
            { _ in
                BuildLifeline.waitForEnd()
                ProcessTree.endDescendants()
                // Also ends processes that the main thread has just started.
                kill(0, SIGKILL)
                return nil
            }, nil)
        if code == 0 { pthread_detach(thread) }
    }

    private static func waitForEnd() {
        var byte: UInt8 = 0
        while true {
            // SAFETY: read(2) writes one byte, into a local variable.
            let count = unsafe read(0, &byte, 1)
            if count > 0 || count < 0 && errno == EINTR { continue }
            return
        }
    }
}
