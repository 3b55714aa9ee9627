// SPDX-License-Identifier: Apache-2.0
//
// httpd also destroys connections on its listener's thread. Code there must not take long, because
// no connection is accepted meanwhile.

internal import SystemCalls

/// Releases values on a background thread.
enum LateTeardown {
    private struct Entry: @unchecked Sendable {  // because no other code holds the work
        let work: OneShotWork
        let title: String
    }

    private struct State {
        var entries: [Entry] = []
        var hasThread = false
    }

    private static let state = Monitor(State())

    /// Releases a value, at once if handlers run on the current thread.
    static func finish(_ work: OneShotWork, _ subject: CallSubject, _ title: String) {
        if ThreadSlot.isOfHandlers || BackgroundThread.areEnding {
            return Teardown.finish(work, subject, title)
        }
        let needsThread = state.withLock { state in
            state.entries.append(Entry(work: work, title: title))
            defer { state.hasThread = true }
            return !state.hasThread
        }
        if needsThread, !BackgroundThread.start({ finishAll() }) { finishAll() }
    }

    private static func finishAll() {
        while let entry = next() { Teardown.finish(entry.work, .child, entry.title) }
    }

    private static func next() -> Entry? {
        state.withLock { state in
            guard state.entries.isEmpty else { return state.entries.removeFirst() }
            state.hasThread = false
            return nil
        }
    }
}
