// SPDX-License-Identifier: Apache-2.0
//
// Taking things out of the cache while servers, builds and other cleanings go on. Whatever has a
// lock is only removed by who holds it, so nothing is taken away from under a build. What a process
// has loaded stays usable by it: its file has lost its name, not its bytes.

internal import SystemCalls

/// What a cleaning has done, or would do.
package struct CacheCleaning: Sendable {
    /// The modules that went, the one that was not used for longest first.
    package internal(set) var removed: [CachedModule] = []
    /// The modules that should have gone but are being built, or were used just then.
    package internal(set) var busy: [CachedModule] = []
    /// Directories and files of builds that did not come to their end.
    package internal(set) var leftovers: [String] = []
    /// Whether the compiler's own module cache went.
    package internal(set) var removedCompilerCache = false
    /// Bytes that went.
    package internal(set) var freed = 0
    /// Bytes that are still there.
    package internal(set) var remaining = 0
}

extension CacheDirectory {
    /// Work of a build that is older than this was left behind by one that was killed: no build
    /// takes longer (SwiftBuildTimeout).
    package static let leftoverAge = 3600 * 1_000_000_000

    /// Removes the modules that were not used for longest, until the cache is not larger than the
    /// bound, and what killed builds left behind.
    ///
    /// - Parameters:
    ///   - bound: Bytes, for all of the cache.
    ///   - kept: File names of modules that stay.
    ///   - dryRun: Only say what would be done.
    @discardableResult
    package func prune(
        to bound: Int, keeping kept: Set<String> = [], now: Int = WallTime.now.nanoseconds,
        dryRun: Bool = false
    ) throws -> CacheCleaning {
        var cleaning = CacheCleaning()
        removeLeftovers(&cleaning, now: now, dryRun: dryRun)
        var size = self.size - (dryRun ? cleaning.freed : 0)
        for module in try list() where size > bound && !kept.contains(module.name) {
            if remove(module, &cleaning, dryRun: dryRun) { size -= module.size }
        }
        if !dryRun { forget(cleaning.removed) }
        cleaning.remaining = max(0, size)
        return cleaning
    }

    /// Removes the modules that nobody has loaded since a moment, and what killed builds left behind.
    ///
    /// - Parameter moment: Nanoseconds since 1970.
    @discardableResult
    package func removeModules(
        unusedSince moment: Int, now: Int = WallTime.now.nanoseconds, dryRun: Bool = false
    ) throws -> CacheCleaning {
        var cleaning = CacheCleaning()
        removeLeftovers(&cleaning, now: now, dryRun: dryRun)
        for module in try list() where module.lastUse < moment {
            remove(module, &cleaning, dryRun: dryRun)
        }
        return finished(cleaning, dryRun: dryRun)
    }

    /// Removes all modules, the compiler's module cache, and what no running build needs.
    @discardableResult
    package func removeAll(
        now: Int = WallTime.now.nanoseconds, dryRun: Bool = false
    ) throws -> CacheCleaning {
        var cleaning = CacheCleaning()
        removeLeftovers(&cleaning, now: now, dryRun: dryRun)
        for module in try list() { remove(module, &cleaning, dryRun: dryRun) }
        removeCompilerCache(&cleaning, dryRun: dryRun)
        return finished(cleaning, dryRun: dryRun)
    }

    private func finished(_ cleaning: CacheCleaning, dryRun: Bool) -> CacheCleaning {
        var cleaning = cleaning
        if !dryRun { forget(cleaning.removed) }
        cleaning.remaining = max(0, size - (dryRun ? cleaning.freed : 0))
        return cleaning
    }

    // MARK: Modules

    /// Removes a module and its lock, unless somebody is at it.
    ///
    /// - Returns: Whether it is, or would be, no longer there.
    @discardableResult
    private func remove(
        _ module: CachedModule, _ cleaning: inout CacheCleaning, dryRun: Bool
    ) -> Bool {
        let path = lockPath(module.key)
        if dryRun, (try? FileSystem.info(of: path)) == nil {
            cleaning.note(module)
            return true
        }
        // A full disk may leave no room for a lock's file; then there is no build either.
        guard let lock = try? FileLock(path) else {
            cleaning.busy.append(module)
            return false
        }
        // Between the listing and the lock it may have been used, built again, or removed.
        guard let info = try? FileSystem.info(of: module.path) else {
            if !dryRun { lock.removeFile() }
            return true
        }
        guard info == module.info else {
            cleaning.busy.append(module)
            return false
        }
        if !dryRun {
            FileSystem.remove(module.path)
            lock.removeFile()
        }
        cleaning.note(module)
        return true
    }

    // MARK: What builds left

    private func removeLeftovers(_ cleaning: inout CacheCleaning, now: Int, dryRun: Bool) {
        for name in (try? FileSystem.names(in: work)) ?? [] {
            let path = "\(work)/\(name)"
            guard let info = try? FileSystem.info(of: path),
                now - info.modified > Self.leftoverAge,
                isFree(name)
            else { continue }
            cleaning.leftovers.append(path)
            cleaning.freed += FileSystem.size(ofTree: path)
            if !dryRun { removeUnlocked(name, path) }
        }
        if !dryRun { removeUnusedLocks() }
    }

    /// Whether nobody holds the lock of a key; a name that is no key has none.
    private func isFree(_ key: String) -> Bool {
        let path = lockPath(key)
        guard CachedModule.isKey(key), (try? FileSystem.info(of: path)) != nil else { return true }
        guard let lock = try? FileLock(path) else { return false }
        _ = consume lock
        return true
    }

    private func removeUnlocked(_ key: String, _ path: String) {
        guard CachedModule.isKey(key) else { return FileSystem.removeTree(path) }
        guard let lock = try? FileLock(lockPath(key)) else { return }
        FileSystem.removeTree(path)
        _ = consume lock
    }

    /// Locks of modules that are not there: they did not compile, or were removed otherwise.
    private func removeUnusedLocks() {
        guard let present = try? Set(list().map(\.key)) else { return }
        for name in (try? FileSystem.names(in: locks)) ?? [] where name.hasSuffix(Self.lockSuffix) {
            let key = String(name.dropLast(Self.lockSuffix.count))
            guard CachedModule.isKey(key), !present.contains(key),
                let lock = try? FileLock(lockPath(key))
            else { continue }
            lock.removeFile()
        }
    }

    /// A compiler that runs would miss what it has just written.
    private func removeCompilerCache(_ cleaning: inout CacheCleaning, dryRun: Bool) {
        guard isIdle, let names = try? FileSystem.names(in: clang), !names.isEmpty else { return }
        cleaning.freed += FileSystem.size(ofTree: clang)
        cleaning.removedCompilerCache = true
        guard !dryRun else { return }
        for name in names { FileSystem.removeTree("\(clang)/\(name)") }
    }

    /// Whether no build is running.
    private var isIdle: Bool {
        let names = (try? FileSystem.names(in: locks)) ?? []
        return names.filter { $0.hasSuffix(Self.lockSuffix) }
            .allSatisfy { isFree(String($0.dropLast(Self.lockSuffix.count))) }
    }
}

extension CacheCleaning {
    fileprivate mutating func note(_ module: CachedModule) {
        removed.append(module)
        freed += module.size
    }
}
