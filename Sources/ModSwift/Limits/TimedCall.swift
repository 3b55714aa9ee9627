// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import SystemCalls

/// A call with a time limit.
final class TimedCall: @unchecked Sendable {  // because what changes is atomic or has a lock
    let limit: Timeout
    let subject: CallDescription
    let thread = ThreadNumber.current
    /// The time at which its tasks are cancelled.
    let deadline: MonotonicTime
    /// The time at which it is given up.
    let end: MonotonicTime

    private let cancelled = Atomic<Bool>(false)
    /// The running async handlers in it: its own, and those of subrequests.
    private let tasks = Mutex<[Task<Void, Never>]>([])

    init(_ limit: Timeout, _ subject: CallDescription) {
        self.limit = limit
        self.subject = subject
        deadline = .now.advanced(bySeconds: limit.seconds)
        end = deadline.advanced(bySeconds: limit.grace)
    }

    /// The call of the current thread.
    static var current: TimedCall? { ThreadSlot.object(TimedCall.self) }

    /// Whether its limit has passed and its tasks were cancelled.
    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
    var hasTasks: Bool { tasks.withLock { !$0.isEmpty } }

    func begin(_ task: Task<Void, Never>) {
        tasks.withLock { $0.append(task) }
        if isCancelled { task.cancel() }
    }

    func finish(_ task: Task<Void, Never>) {
        tasks.withLock { $0.removeAll { $0 == task } }
    }

    /// Cancels its tasks, on whichever threads they run.
    func cancel() {
        guard !cancelled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        for task in tasks.withLock({ $0 }) { task.cancel() }
    }
}
