// SPDX-License-Identifier: Apache-2.0

internal import ModSwiftArtifact
internal import ModSwiftSystem

/// The directory of compiled modules (SwiftCacheDir).
///
///     modules/       name-key.so: compiled modules, each with its stamp
///     locks/         key.lock: held while a module is built
///     work/          what a build needs while it runs
///     clang/         the compiler's module cache
///
/// It belongs to the server's user and is closed to everybody else, and is checked before anything
/// in it is loaded: what is in it runs in the server.
struct ArtifactCache {
    let directory: String

    var modules: String { "\(directory)/modules" }
    var locks: String { "\(directory)/locks" }
    var work: String { "\(directory)/work" }
    var moduleCache: String { "\(directory)/clang" }

    /// Opens the cache.
    ///
    /// - Throws: ``Failure`` when others could have put something into it.
    init(_ directory: String) throws {
        self.directory = directory
        do {
            try FileSystem.checkPrivateDirectory(directory, owner: ServerUser.current)
            for part in [modules, locks, work, moduleCache] {
                try FileSystem.makeDirectory(part, mode: 0o700)
                try FileSystem.checkPrivateDirectory(part, owner: ServerUser.current)
            }
        } catch {
            throw Failure.unusableCache("\(error)")
        }
    }

    /// The compiled form of a source; nil when it has to be built.
    ///
    /// One that is damaged, of another build or of another compiler counts as missing and is built
    /// again.
    func artifact(_ source: ModuleSource) -> String? {
        let path = "\(modules)/\(source.names.file)"
        do {
            try FileSystem.checkPrivateFile(path, owner: ServerUser.current)
            let stamp = try Stamp(of: FileSystem.read(path, limit: 1 << 30).bytes)
            guard stamp.key == source.key, stamp.buildID == LibraryImage.buildID,
                stamp.compilerVersion == LoaderSettings.compilerVersion
            else { return nil }
            return path
        } catch PrivacyError.missing {
            return nil
        } catch {
            LoaderSettings.log("MSW0109: \(path) is not used and built again: \(error)", .warning)
            FileSystem.remove(path)
            return nil
        }
    }

    /// The file whose lock is held while a key is built.
    func lockPath(_ key: ModuleKey) -> String { "\(locks)/\(key.short).lock" }

    /// Waits for the lock of a key; nil when the deadline came first.
    func lock(_ key: ModuleKey, until deadline: MonotonicTime) throws -> FileLock? {
        do {
            while true {
                if let lock = try FileLock(lockPath(key)) { return lock }
                guard MonotonicTime.now < deadline else { return nil }
                pause(milliseconds: 10)
            }
        } catch {
            throw Failure.unusableCache("\(error)")
        }
    }
}
