// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// The directory of compiled modules (SwiftCacheDir), as the server and the command line see it.
///
///     modules/       name-key.so: compiled modules, each with its stamp. The time of the last change
///                    is that of the last use
///     locks/         key.lock: held while a module is built, loaded after a build, or removed
///     work/          what a build needs while it runs
///     good/          for each module the key of its last good build
///     clang/         the compiler's module cache, and the builder's plans of how it is called (.jobs)
///     warm.swift     the smallest handler, which fills clang/
///
/// It belongs to the server's user and is closed to everybody else; or it belongs to root, nobody else
/// can write it, and servers only read it.
package struct CacheDirectory: Sendable {
    package let path: String

    /// Names the directory; nothing is looked at.
    package init(_ path: String) { self.path = path }

    /// Where the cache is when nothing else is said.
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

    /// The file whose lock is held while a module is built, by the short form of its key.
    package func lockPath(_ key: String) -> String { "\(locks)/\(key)\(Self.lockSuffix)" }

    static let lockSuffix = ".lock"

    /// What a user may do with the directory.
    package enum Access: Sendable {
        case full
        /// Only to read it: root has put there what there is.
        case readOnly
    }

    /// Makes what is missing in it, and checks that nobody else can put something into it.
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

    /// The bytes of all files in it.
    package var size: Int { FileSystem.size(ofTree: path) }
}
