// SPDX-License-Identifier: Apache-2.0
//
// Modules that import the same modules change together: a request uses all of the new versions, or
// all of the old ones.

internal import ModuleGraph
internal import SystemCalls

/// Creates the next versions of a module and of those that must change with it.
enum GroupReload {
    private static let isBusy = Monitor(false)

    /// Only one at a time in a process: two would wait for each other's modules.
    ///
    /// - Throws: The reason why one of them cannot be created; then all stay unchanged.
    static func run(from slot: ModuleSlot) throws {
        let timeout = LoaderSettings.current.buildTimeout
        let deadline = MonotonicTime.now.advanced(bySeconds: timeout)
        let isTaken: Bool? = isBusy.wait(until: deadline) { isBusy in
            if isBusy { return nil }
            isBusy = true
            return true
        }
        guard isTaken == true else { return }
        defer { isBusy.change { $0 = false } }
        // Another reload may have changed it, too.
        let fingerprint = FileSystem.fingerprint(of: slot.identity.sourcePath)
        if slot.currentVersion?.isCurrent(fingerprint) == true { return }
        while true {
            var group = Group(slot)
            do {
                try group.prepare(until: deadline)
                return group.publish()
            } catch is SourceUnsettled {
                group.giveUp(nil)
            } catch let failure as SourceFailure {
                group.giveUp(failure)
                throw failure.failure
            } catch {
                group.giveUp(nil)
                throw error
            }
        }
    }

    private struct Group {
        private var waiting: [ModuleSlot]
        private var known: Set<ObjectIdentifier>
        private var prepared: [(slot: ModuleSlot, version: ModuleVersion)] = []
        /// One reader for each SwiftPath; shared imports are read once.
        private var readers: [[String]: ModuleReader] = [:]

        init(_ slot: ModuleSlot) {
            waiting = [slot]
            known = [ObjectIdentifier(slot)]
        }

        /// Creates the versions of all modules that do not agree with another one's next version.
        mutating func prepare(until deadline: MonotonicTime) throws {
            while let slot = waiting.popLast() {
                let path = slot.identity.searchPath
                var reader = readers[path] ?? ModuleReader(for: slot.identity)
                defer { readers[path] = reader }
                guard let version = try slot.prepareNext(&reader, until: deadline) else {
                    continue
                }
                prepared.append((slot, version))
                for other in Loader.neighbours(of: slot.identity) {
                    guard let current = other.currentVersion, !current.agrees(with: version),
                        known.insert(ObjectIdentifier(other)).inserted
                    else { continue }
                    waiting.append(other)
                }
            }
        }

        func publish() { for (slot, version) in prepared { slot.publish(version) } }

        func giveUp(_ failure: SourceFailure?) {
            for (slot, version) in prepared { slot.giveUpPrepared(failure, version) }
        }
    }
}
