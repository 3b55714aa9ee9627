// SPDX-License-Identifier: Apache-2.0

internal import ModuleCache
internal import Synchronization

/// What the main server's directives say about building, as values of our own: the records they
/// came from end at the next restart.
struct LoaderSettings: Sendable {
    var cacheDirectory = CacheDirectory.defaultPath
    /// Where compiled handlers are.
    var modulesDirectory: String { CacheDirectory(cacheDirectory).modules }
    /// Bytes; 0: no bound.
    var cacheSize = 256 << 20
    var compiler = BuildInfo.compiler
    /// Seconds.
    var buildTimeout = 60.0

    /// The compiler this library was built with: a module must be built with the same.
    static var compilerVersion: String { BuildInfo.swiftVersion }

    private static let shared = Mutex(LoaderSettings())

    /// The settings of this server.
    static var current: LoaderSettings { shared.withLock { $0 } }

    /// Called in the parent at each start and restart.
    static func set(_ settings: LoaderSettings) { shared.withLock { $0 = settings } }
}
