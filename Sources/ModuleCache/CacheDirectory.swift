// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// The directory of compiled modules (SwiftCacheDir), for the server and the command line.
///
///     modules/       name-key.so: compiled modules, each with its stamp. The modification time is
///                    the time of the last use
///     locks/         key.lock: held while a module is built, loaded after a build, or removed
///     work/          files of running builds
///     good/          for each module the key of its last good build
///     clang/         the compiler's module cache, and the builder's plans of compiler commands
///     (.jobs)
///     warm.swift     the smallest handler, which fills clang/
///
/// It belongs to the server's user, and no other user can access it; or it belongs to root, no
/// other user can write to it, and servers only read it.
package struct CacheDirectory: Sendable {
    package let path: String

    /// Creates a value for a path; does not access the directory.
    package init(_ path: String) { self.path = path }

    /// The default path of the cache.
    package static let defaultPath = "/var/cache/apache2/mod_swift"

    package var modules: String { "\(path)/modules" }
    package var locks: String { "\(path)/locks" }
    package var work: String { "\(path)/work" }
    package var clang: String { "\(path)/clang" }
    package var good: String { "\(path)/good" }
    /// The source of the smallest handler.
    package var warmSource: String { "\(path)/warm.swift" }

    /// The directories in it.
    package var parts: [String] { [modules, locks, work, clang, good] }

    /// Returns the file whose lock is held while a module is built, by the short form of its key.
    package func lockPath(_ key: String) -> String { "\(locks)/\(key)\(Self.lockSuffix)" }

    static let lockSuffix = ".lock"

    /// A user's access to the directory.
    package enum Access: Sendable {
        case full
        /// Read access: root has provided the contents.
        case readOnly
    }

    /// Creates the missing parts, and checks that no other user can write to it.
    ///
    /// - Throws: ``PrivacyError``, ``SystemError``.
    package func open(owner: UInt32) throws -> Access {
        if owner != 0, isOfRoot {
            for part in [path, modules] { try FileSystem.checkSystemDirectory(part) }
            return .readOnly
        }
        try FileSystem.checkPrivateDirectory(path, owner: owner)
        for part in parts {
            try FileSystem.makeDirectory(part, mode: 0o700)
            try FileSystem.checkPrivateDirectory(part, owner: owner)
        }
        return .full
    }

    /// Whether it belongs to root.
    package var isOfRoot: Bool {
        (try? FileSystem.info(of: path)).map { $0.owner == 0 && $0.kind == .directory } ?? false
    }

    /// The total size of all files in it, in bytes.
    package var size: Int { FileSystem.size(ofTree: path) }
}
