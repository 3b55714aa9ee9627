// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import SystemCalls

/// The history of one module in a process. Counted when a version is created, not when it is used.
struct ModuleStatistics {
    private var keys: [ModuleKey] = []
    /// Builds that this process made and that succeeded.
    private(set) var builds = 0
    /// The duration of the last of them.
    private(set) var lastBuildMilliseconds: Int?
    /// Attempts without a version as result.
    private(set) var failures = 0
    /// Its id and summary, without the source that a failure may hold.
    private(set) var lastFailure: (text: String, time: MonotonicTime)?

    /// The number of loaded versions; they stay as long as the process.
    var versions: Int { keys.count }

    mutating func count(_ version: ModuleVersion) {
        guard !keys.contains(version.key) else { return }
        keys.append(version.key)
        guard let time = version.buildMilliseconds else { return }
        builds += 1
        lastBuildMilliseconds = time
    }

    mutating func count(_ failure: HandlerFailure) {
        failures += 1
        lastFailure = ("\(failure.id): \(failure.summary)", .now)
    }
}
