// SPDX-License-Identifier: Apache-2.0

internal import ModuleCache
internal import Synchronization

/// The main server's settings for builds, copied, because the records that they came from end at
/// the next restart.
struct LoaderSettings: Sendable {
    var cacheDirectory = CacheDirectory.defaultPath
    /// The directory of compiled handlers.
    var modulesDirectory: String { CacheDirectory(cacheDirectory).modules }
    /// The limit in bytes; 0: no limit.
    var cacheSize = 256 << 20
    var compiler = BuildInfo.compiler
    /// The limit in seconds.
    var buildTimeout = 60.0

    /// The compiler that built this library: modules must be built with the same version.
    static var compilerVersion: String { BuildInfo.swiftVersion }

    private static let shared = Mutex(LoaderSettings())

    /// The settings of this server.
    static var current: LoaderSettings { shared.withLock { $0 } }

    /// Called in the parent at each start and restart.
    static func set(_ settings: LoaderSettings) { shared.withLock { $0 = settings } }
}
