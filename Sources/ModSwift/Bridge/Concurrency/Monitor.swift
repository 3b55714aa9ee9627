// SPDX-License-Identifier: Apache-2.0
//
// A lock with a condition to wait for, which the standard library's Mutex does not have.

internal import CApache
internal import SystemCalls

// SAFETY: the value is used only under the lock; the pthread objects do not move.
/// A monitor: a value behind a lock, and threads that wait until it changes.
@safe final class Monitor<Value>: @unchecked Sendable {  // because every access holds the lock
    @safe private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    @safe private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value

    init(_ value: Value) {
        self.value = value
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs body under the lock.
    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Runs body under the lock, then wakes every waiting thread.
    func change<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try withLock { value in
            defer { unsafe pthread_cond_broadcast(condition) }
            return try body(&value)
        }
    }

    /// Runs body under the lock, then wakes one of the waiting threads: it does not matter which
    /// one.
    func changeForOne<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try withLock { value in
            defer { unsafe pthread_cond_signal(condition) }
            return try body(&value)
        }
    }

    /// Waits until body returns a result; returns nil if the deadline passes first.
    func wait<Result>(until deadline: MonotonicTime?, _ body: (inout Value) -> Result?) -> Result? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&value) { return result }
            guard let deadline else {
                unsafe pthread_cond_wait(condition, mutex)
                continue
            }
            var limit = deadline.timespec
            if unsafe pthread_cond_timedwait(condition, mutex, &limit) == ETIMEDOUT {
                return body(&value)
            }
        }
    }
}
