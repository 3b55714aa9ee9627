// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// A thread of our own, beside httpd's workers. Only in a child: none starts before child_init.
enum BackgroundThread {
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs body on a thread that nobody waits for and no signal reaches.
    static func start(_ body: @escaping @Sendable () -> Void) {
        // SAFETY: the thread takes over the one reference to the work; masks are restored here.
        withAllSignalsBlocked {
            var thread = pthread_t()
            let work = unsafe Unmanaged.passRetained(Work(body)).toOpaque()
            let code = unsafe pthread_create(
                &thread, nil,
                { work in
                    guard let work = unsafe work else { return nil }
                    unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body()
                    return nil
                }, work)
            if code == 0 {
                pthread_detach(thread)
            } else {
                unsafe Unmanaged<Work>.fromOpaque(work).release()
            }
        }
    }

    /// The mask is inherited: httpd's signals are for httpd's threads.
    private static func withAllSignalsBlocked(_ body: () -> Void) {
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        body()
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    }
}
