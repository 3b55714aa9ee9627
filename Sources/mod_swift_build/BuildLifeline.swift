// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemCalls

/// The pipe from the process that waits for this build, on standard input.
enum BuildLifeline {
    /// Has this process end with all that it has started, in whatever groups, as soon as nobody waits
    /// for it any more: swiftc gives each compiler a group of its own.
    static func watch() {
        // A process that does not lead its group was started by something else than httpd.
        guard getpgrp() == getpid() else { return }
        ProcessTree.adoptOrphans()
        var thread = pthread_t()
        // SAFETY: the thread uses nothing of this one.
        let code = unsafe pthread_create(
            &thread, nil,
            { _ in
                BuildLifeline.waitForEnd()
                ProcessTree.endDescendants()
                // And what the main thread has started just now.
                kill(0, SIGKILL)
                return nil
            }, nil)
        if code == 0 { pthread_detach(thread) }
    }

    private static func waitForEnd() {
        var byte: UInt8 = 0
        while true {
            // SAFETY: read(2) writes one byte of ours.
            let count = unsafe read(0, &byte, 1)
            if count > 0 || count < 0 && errno == EINTR { continue }
            return
        }
    }
}
