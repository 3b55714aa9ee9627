// SPDX-License-Identifier: Apache-2.0
//
// One-time work: in the parent at each start and restart, and in each child.

internal import CApache
internal import ModuleCache
internal import ServerRules
internal import Synchronization
internal import SystemCalls

enum Startup {
    /// The state of the shim's file when it was loaded, by its path: LoadModule may later name the
    /// same build at another path.
    private static let loadedShims = Mutex<[String: FileFingerprint]>([:])

    /// Runs post_config of a real start: does the work that only the parent may do, and work that
    /// each child would otherwise repeat ([decision 55](../decisions/0055-children-inherit.md)).
    /// Starts no thread and runs no handler code.
    static func prepareParent(_ server: ServerRecord, pool: Pool) -> Int32 {
        if let reason = ServerModules.obstacle {
            server.log(reason, level: .critical)
            return DECLINED
        }
        // SAFETY: httpd copies the texts into the pool, which lives until the next restart.
        unsafe ap_add_version_component(pool.pointer, "mod_swift/\(BuildInfo.version)")
        unsafe ap_add_version_component(pool.pointer, "Swift/\(BuildInfo.swiftVersion)")
        DeferredFileFilter.registerFilter()
        ResponseGuard.registerFilter()
        AllowFilter.registerFilter()
        warnIfReplaced(server)
        prepareCache(server)
        prepareForTraps(server)
        Servers.makeAll(from: server)
        LoaderSettings.set(settings(of: server))
        CacheWarmer.prepareParent()
        Loader.prepareParent()
        ServerSecrets.prepareParent(server)
        SessionStores.prepareParent(server, pool)
        checkConfiguration(server)
        Conversations.logLimit(server)
        server.log(
            "MSW0004: mod_swift \(BuildInfo.version), build \(LibraryImage.buildID.prefix(12)), "
                + "from \(LibraryImage.directory)", level: .info)
        return OK
    }

    /// Warns about directives that can have no effect.
    static func checkConfiguration(_ server: ServerRecord) {
        if let reason = ServerModules.obstacle { server.log(reason, level: .critical) }
        for warning in ConfigurationCheck(
            Directive.tree.map(\.node), isOneProcess: Debugger.isPossible, files: .onDisk
        ).warnings {
            server.log(warning, level: .warning)
        }
    }

    /// Runs child_init.
    static func prepareChild(_ server: ServerRecord, pool: Pool) {
        msw_print_to_error_log()
        MainServer.keep(server)
        TrapGuard.install(server)
        ActorThreads.install()
        Drain.prepareChild(threshold: server.trapDrain)
        SessionStores.prepareChild(server, pool)
        Imports.run(from: server)
        CacheWarmer.start()
    }

    /// Creates the memory that children share, before they exist.
    private static func prepareForTraps(_ server: ServerRecord) {
        ChildDrain.prepareParent()
        TrapGuard.prepareParent()
        RuntimeLocks.prepareParent()
        if server.trapDrain > 0, ServerInfo.isThreaded, ServerInfo.daemonLimit == 1,
            !Debugger.isPossible
        {
            server.log(
                "MSW0738: ServerLimit 1 leaves no free slot: a child that is to be replaced after a trap "
                    + "goes on until no client is connected; ServerLimit 2 lets httpd start another "
                    + "meanwhile", level: .warning)
        }
        do {
            try SharedTrapStatistics.prepare()
        } catch {
            server.log(
                "MSW0410: there is no memory to count traps in: \(error); no handler will be put "
                    + "into quarantine, and each child is replaced when its own count says so",
                level: .warning)
        }
    }

    static func settings(of server: ServerRecord) -> LoaderSettings {
        var settings = LoaderSettings()
        if let directory = server.cacheDirectory { settings.cacheDirectory = directory }
        if let size = server.cacheSize { settings.cacheSize = size }
        if let compiler = server.compiler { settings.compiler = compiler }
        if let timeout = server.buildTimeout { settings.buildTimeout = timeout }
        return settings
    }

    /// After an upgrade the process continues with the old build, from its old directory: Swift
    /// code is never unloaded.
    private static func warnIfReplaced(_ server: ServerRecord) {
        guard let path = LibraryImage.shimPath else { return }
        let now = FileSystem.fingerprint(of: path)
        let before = loadedShims.withLock { loaded in
            if loaded[path] == nil { loaded[path] = now }
            return loaded[path]
        }
        guard let before, let now, !before.isSameFile(as: now) else { return }
        server.log(
            "MSW0002: \(path) was replaced since this server was started. It continues to use "
                + "its build (\(LibraryImage.buildID.prefix(12)), from "
                + "\(LibraryImage.directory)); stop it and start it again to run the new one",
            level: .warning)
    }

    /// Creates the cache directory and changes its owner to the server's user.
    private static func prepareCache(_ server: ServerRecord) {
        let directory = settings(of: server).cacheDirectory
        do {
            try FileSystem.makeDirectory(FilePath.parent(of: directory), mode: 0o755)
            let isNew = try FileSystem.makeDirectory(directory, mode: 0o700)
            // Only a new directory: SwiftCacheDir may name one that belongs to another user.
            if isNew, let owner = ServerUser.configured {
                try FileSystem.giveDirectory(directory, to: owner.user, owner.group)
            }
            let owner = ServerUser.configured
            let user = owner?.user ?? ProcessUser.current
            let cache = CacheDirectory(directory)
            guard user != 0, cache.isOfRoot else {
                try FileSystem.checkPrivateDirectory(directory, owner: user)
                return
            }
            try FileSystem.checkSystemDirectory(directory)
            server.log(
                "MSW0772: compiled handlers are read from \(directory), which belongs to root: nothing "
                    + "will be compiled; \(BuildCommandLine.text) puts them there", level: .info)
        } catch {
            server.log(
                "MSW0003: the directory for compiled handlers cannot be used: \(error); name one in "
                    + "SwiftCacheDir that does not exist yet, or belongs to the server's user and "
                    + "is closed to others", level: .error)
        }
    }
}

extension ConfiguredFiles {
    /// Access to the existing files.
    fileprivate static var onDisk: ConfiguredFiles {
        ConfiguredFiles(
            root: ServerInfo.root,
            isFile: FileSystem.isRegularFile,
            isDirectory: { FileSystem.isDirectory($0) },
            names: { (try? FileSystem.names(in: $0)) ?? [] })
    }
}
