// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Functions that wait for processes we have started.
enum ChildProcess {
    /// Whether it has ended; does not reap it.
    static func hasExited(_ pid: pid_t) -> Bool {
        var info = siginfo_t()
        let rv = waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT)
        return rv != 0 || info.si_signo != 0
    }

    /// Returns the status of a process that has ended; does not reap it.
    static func exitStatus(_ pid: pid_t) -> ExitStatus {
        // The 52nd field of /proc/<pid>/stat is the status of a process that has not been reaped.
        let fields = ProcessTable.fields(of: pid) ?? []
        return ExitStatus(rawValue: fields.last.flatMap { CInt($0) } ?? 0)
    }

    /// Waits for a process that has ended, or is about to, and reaps it.
    static func reap(_ pid: pid_t) -> ExitStatus {
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        return ExitStatus(rawValue: status)
    }
}
