// SPDX-License-Identifier: Apache-2.0
//
// A Task that a handler starts and does not await belongs to no request. The runtime would run it
// on a thread of libdispatch, which has no alternate stack: infinite recursion there ends the
// process without a message, and any other trap leaves the thread suspended. So our own threads run
// it, under the guard
// ([decision 81](../decisions/0081-tasks-of-no-request-run-on-guarded-threads.md)).

internal import CApache

/// The threads of a child that run tasks without a preferred executor.
enum TaskThreads {
    /// As many running threads as there are processors, as in the runtime's own pool; more only if
    /// these wait.
    static let threads = JobThreads(
        of: .nobody, limit: 64, width: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    ) { job in
        unsafe job.runSynchronously(on: generic)
    }

    // SAFETY: a reference to an executor is two words; if both are 0, it means no specific
    // executor, as in the runtime's own pool.
    private static let generic = unsafe unsafeBitCast(
        (UInt(0), UInt(0)), to: UnownedSerialExecutor.self)
}
