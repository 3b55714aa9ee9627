// SPDX-License-Identifier: Apache-2.0

package import Glibc

// SAFETY: each call gets memory of this process, borrowed for the call.
/// A program that was started and may still run.
package final class RunningProcess {
    package let id: pid_t
    private var end: ProcessEnd?

    init(id: pid_t) { self.id = id }

    /// How it ended; nil while it runs.
    package func endIfAny() -> ProcessEnd? {
        if let end { return end }
        var status: Int32 = 0
        let result = unsafe waitpid(id, &status, WNOHANG)
        if result == id {
            end = ProcessEnd(status: status)
        } else if result < 0, errno != EINTR {
            // Somebody else reaped it: how it ended is not known.
            end = .exited(-1)
        }
        return end
    }

    /// Asks it to end, and kills it and its process group when it has not ended in time.
    ///
    /// - Parameter seconds: How long it may take.
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

/// Signals that ask this process to end, taken one by one instead of interrupting it.
package struct EndingSignals {
    private var signals = sigset_t()

    /// Blocks SIGINT, SIGTERM and SIGHUP from now on; programs that are started do not inherit that.
    package init() {
        unsafe sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for one of them.
    ///
    /// - Returns: The signal; nil when none came within the time.
    package mutating func wait(milliseconds: Int) -> Int32? {
        var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        let signal = unsafe sigtimedwait(&signals, nil, &time)
        return signal > 0 ? signal : nil
    }
}
