// SPDX-License-Identifier: Apache-2.0

package import Glibc

// SAFETY: each call gets memory of this process, borrowed for the call.
/// A program that was started and may still run.
package final class RunningProcess {
    package let id: pid_t
    private var end: ProcessEnd?

    init(id: pid_t) { self.id = id }

    /// Returns how it ended; nil while it runs.
    package func endIfAny() -> ProcessEnd? {
        if let end { return end }
        var status: Int32 = 0
        let result = unsafe waitpid(id, &status, WNOHANG)
        if result == id {
            end = ProcessEnd(status: status)
        } else if result < 0, errno != EINTR {
            // It has been reaped elsewhere: its exit status is unknown.
            end = .exited(-1)
        }
        return end
    }

    /// Requests it to end, and kills it and its process group if it has not ended in time.
    ///
    /// - Parameter seconds: The maximum time to wait.
    package func stop(within seconds: Double) {
        guard endIfAny() == nil else { return }
        kill(id, SIGTERM)
        let deadline = MonotonicTime.now.advanced(bySeconds: seconds)
        while endIfAny() == nil {
            guard MonotonicTime.now < deadline else {
                kill(-id, SIGKILL)
                kill(id, SIGKILL)
                while endIfAny() == nil { usleep(10_000) }
                return
            }
            usleep(20_000)
        }
    }
}

/// Signals that request this process to end, received synchronously instead of interrupting it.
package struct EndingSignals {
    private var signals = sigset_t()

    /// Blocks SIGINT, SIGTERM and SIGHUP from now on; started programs do not inherit that.
    package init() {
        unsafe sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for one of them.
    ///
    /// - Returns: The signal; nil if none arrived within the time.
    package mutating func wait(milliseconds: Int) -> Int32? {
        var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        let signal = unsafe sigtimedwait(&signals, nil, &time)
        return signal > 0 ? signal : nil
    }
}
