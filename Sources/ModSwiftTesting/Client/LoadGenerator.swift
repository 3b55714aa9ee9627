// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Threads that do the same work, started at the same time: the thread pool for tests has too few
/// threads to block.
final class LoadGenerator: Sendable {
    private let count: Int
    private let start = ContinuousClock.now
    private let sum = Mutex(LoadReport())
    private let finished = DispatchSemaphore(value: 0)

    init(_ count: Int, of worker: LoadWorker) {
        self.count = count
        for _ in 0..<count {
            Thread.detachNewThread { [self] in
                let report = worker.run()
                sum.withLock { $0.add(report) }
                finished.signal()
            }
        }
    }

    /// Waits for all of them.
    func wait() -> LoadReport {
        for _ in 0..<count { finished.wait() }
        var report = sum.withLock { $0 }
        report.duration = ContinuousClock.now - start
        return report
    }
}
