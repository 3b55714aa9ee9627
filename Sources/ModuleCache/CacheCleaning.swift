// SPDX-License-Identifier: Apache-2.0
//
// Removes files from the cache while servers, builds and other cleanings are running. An object
// with a lock is only removed by the holder of the lock, so a running build never loses its files.
// A module that a process has loaded stays usable there: the file is only unlinked.

internal import SystemCalls

/// The results of a cleaning, or what it would do.
package struct CacheCleaning: Sendable {
    /// The removed modules, the least recently used first.
    package internal(set) var removed: [CachedModule] = []
    /// Modules that should have been removed but were being built or used.
    package internal(set) var busy: [CachedModule] = []
    /// Directories and files of unfinished builds.
    package internal(set) var leftovers: [String] = []
    /// Whether the compiler's own module cache was removed.
    package internal(set) var removedCompilerCache = false
    /// The number of bytes removed.
    package internal(set) var freed = 0
    /// The number of bytes that remain.
    package internal(set) var remaining = 0
}

extension CacheDirectory {
    /// The age in nanoseconds at which the files of a build must belong to one that was killed: no
    /// build takes longer (SwiftBuildTimeout).
    package static let leftoverAge = 3600 * 1_000_000_000

    /// Removes the least recently used modules, until the cache is no larger than the limit, and
    /// the remains of killed builds.
    ///
    /// - Parameters:
    ///   - bound: The limit for the whole cache in bytes.
    ///   - kept: File names of modules that are not removed.
    ///   - dryRun: Whether to only report what would be done.
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

    /// Removes the modules that no process has loaded since a given time, and the remains of killed
    /// builds.
    ///
    /// - Parameter moment: The time in nanoseconds since 1970.
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

    /// Removes all modules, the compiler's module cache, and everything that no running build
    /// needs.
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

    /// Removes a module and its lock, unless another process holds the lock.
    ///
    /// - Returns: Whether it has been, or would be, removed.
    @discardableResult
    private func remove(
        _ module: CachedModule, _ cleaning: inout CacheCleaning, dryRun: Bool
    ) -> Bool {
        let path = lockPath(module.key)
        if dryRun, (try? FileSystem.info(of: path)) == nil {
            cleaning.note(module)
            return true
        }
        // A full disk may have no space for a lock's file; but then there is no build, either.
        guard let lock = try? FileLock(path) else {
            cleaning.busy.append(module)
            return false
        }
        // Between the listing and the lock it may have been used, rebuilt, or removed.
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

    // MARK: Remains of builds

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

    /// Whether the lock of a key is free; a name that is not a key has no lock.
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

    /// Removes the locks of modules that do not exist: they did not compile, or were removed in
    /// another way.
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

    /// A running compiler would miss files that it has just written.
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
