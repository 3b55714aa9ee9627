// SPDX-License-Identifier: Apache-2.0

import ModuleArtifact
import ModuleCache
import SystemCalls

/// The cache for compiled modules; this process acts as its owner.
struct BuildCache {
    let directory: CacheDirectory
    /// Whether it belongs to root, and servers only read it.
    let isReadOnly: Bool

    /// Opens the cache, and creates it if it is missing.
    ///
    /// - Parameters:
    ///   - owner: The owner of a new cache, if this process runs as root; nil: root, and servers
    ///     only read it.
    /// - Throws: ``Trouble``, ``SystemError``.
    init(_ path: String, owner: (user: UInt32, group: UInt32)?) throws {
        directory = CacheDirectory(path)
        if (try? FileSystem.info(of: path)) == nil {
            try Self.makeParents(of: path)
            try FileSystem.makeDirectory(path, mode: 0o700)
            if ProcessUser.current == 0, let owner {
                try FileSystem.giveDirectory(path, to: owner.user, owner.group)
            }
        }
        let info = try FileSystem.info(of: path)
        guard info.kind == .directory else { throw Trouble("\(path) is not a directory.") }
        let names = try FileSystem.names(in: path)
        guard names.isEmpty || names.contains("modules") else {
            throw Trouble(
                "\(path) is not a cache of mod_swift's: it has no directory modules. Name one that "
                    + "does not exist yet, or is empty.")
        }
        if ProcessUser.current == 0, owner == nil, info.owner != 0 {
            throw Trouble(
                "\(path) belongs to \(CacheOptions.name(of: info.owner)), who may write it. Name "
                    + "another directory for --read-only, or remove this one while no server runs.")
        }
        try CacheOptions.actAsOwner(of: path, info)
        isReadOnly = ProcessUser.current == 0
        // Other users may list the contents of a read-only cache.
        if isReadOnly {
            try FileSystem.setMode(0o700, of: path)
            for part in directory.parts where FileSystem.isDirectory(part) {
                try FileSystem.setMode(0o700, of: part)
            }
        }
        do {
            _ = try directory.open(owner: ProcessUser.current)
        } catch {
            throw Trouble("The cache cannot be used: \(error).")
        }
    }

    private static func makeParents(of path: String) throws {
        let parent = FilePath.parent(of: path)
        guard !FileSystem.isDirectory(parent) else { return }
        try makeParents(of: parent)
        try FileSystem.makeDirectory(parent, mode: 0o755)
    }

    /// Whether the compiled form of a module exists and is complete.
    func holds(_ module: BuildList.Module, of list: BuildList) -> Bool {
        let path = "\(directory.modules)/\(module.file)"
        guard let bytes = try? FileSystem.read(path, limit: 1 << 30).bytes,
            let stamp = try? Stamp(of: bytes)
        else { return false }
        return stamp.key == module.key && stamp.buildID == list.buildID
            && stamp.compilerVersion == list.compilerVersion
    }

    /// Makes modules that root has compiled readable for the server's children.
    func publish() throws {
        guard isReadOnly else { return }
        for name in try FileSystem.names(in: directory.modules) {
            let path = "\(directory.modules)/\(name)"
            // A CGI script is a program.
            let runs = try FileSystem.info(of: path).mode & 0o100 != 0
            try FileSystem.setMode(runs ? 0o755 : 0o644, of: path)
        }
        try FileSystem.setMode(0o755, of: directory.modules)
        try FileSystem.setMode(0o755, of: directory.path)
    }
}
