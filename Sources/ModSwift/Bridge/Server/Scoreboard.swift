// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: the scoreboard is shared memory that a child has until its end; its numbers may change
// while they are read, and its texts end in NUL.
/// What httpd's children tell each other.
enum Scoreboard {
    /// A thread of this child that has not come to an end.
    struct Work {
        /// The request line, as far as httpd keeps it; empty without `ExtendedStatus On`.
        let request: String
        let client: String
    }

    /// Whether another child is there for new connections.
    static var hasOtherChild: Bool {
        let own = slot
        return (0..<Int32(ServerInfo.daemonLimit)).contains {
            $0 != own && msw_child_accepts($0) != 0
        }
    }

    /// What the threads of this child have under way.
    ///
    /// - Parameter slot: The child's. Worker gives it to the next child when this one begins to end,
    ///   thread by thread.
    static func work(in slot: Int32) -> [Work] {
        let threads = Int32(ServerInfo.isThreaded ? ServerInfo.threads ?? 1 : 1)
        return (0..<threads).compactMap { thread in
            guard let score = unsafe ap_get_scoreboard_worker_from_indexes(slot, thread),
                unsafe score.pointee.pid == getpid() || !ServerInfo.isThreaded,
                unsafe msw_thread_is_at_work(score) != 0
            else { return nil }
            return unsafe Work(
                request: copied(score.pointee.request), client: copied(score.pointee.client64))
        }
    }

    /// This child's.
    static var slot: Int32 {
        var process = unsafe apr_proc_t()
        unsafe process.pid = getpid()
        return unsafe ap_find_child_by_pid(&process)
    }

    private static func copied<Characters>(_ characters: Characters) -> String {
        unsafe withUnsafeBytes(of: characters) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
