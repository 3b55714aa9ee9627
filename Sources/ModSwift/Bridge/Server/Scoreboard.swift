// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: the scoreboard is shared memory that exists until the child's end; its numbers may change
// while they are read, and its texts end with NUL.
/// httpd's scoreboard: the state that its children share.
enum Scoreboard {
    /// Whether another child can accept new connections.
    static var hasOtherChild: Bool {
        let own = slot
        return (0..<Int32(ServerInfo.daemonLimit)).contains {
            $0 != own && msw_child_accepts($0) != 0
        }
    }

    /// Whether httpd can start another child while this one is ending.
    static var hasFreeSlot: Bool {
        (0..<Int32(ServerInfo.daemonLimit)).contains { msw_slot_is_free($0) != 0 }
    }

    /// The slot of this child.
    static var slot: Int32 {
        var process = unsafe apr_proc_t()
        unsafe process.pid = getpid()
        return unsafe ap_find_child_by_pid(&process)
    }
}
