// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Waiting for processes that we started.
enum ChildProcess {
    /// Whether it has ended; it stays to be reaped.
    static func hasExited(_ pid: pid_t) -> Bool {
        var info = siginfo_t()
        let rv = waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT)
        return rv != 0 || info.si_signo != 0
    }

    /// How one that has ended did so; it stays to be reaped.
    static func exitStatus(_ pid: pid_t) -> ExitStatus {
        // The 52nd field of /proc/<pid>/stat is the status of a process that nobody has reaped.
        let fields = ProcessTable.fields(of: pid) ?? []
        return ExitStatus(rawValue: fields.last.flatMap { CInt($0) } ?? 0)
    }

    /// Waits for the end of one that has ended, or is about to.
    static func reap(_ pid: pid_t) -> ExitStatus {
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        return ExitStatus(rawValue: status)
    }
}
