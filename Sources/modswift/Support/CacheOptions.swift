// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ModuleCache
import SystemCalls

/// The options that select a cache.
struct CacheOptions: ParsableArguments {
    @Option(
        name: .customLong("cache"),
        help: ArgumentHelp("The cache, as SwiftCacheDir names it.", valueName: "directory"))
    var path = CacheDirectory.defaultPath

    /// Returns the cache, with this process acting as its owner; nil if it is still empty.
    ///
    /// Root first drops its rights: the owner may replace anything in the directory by a link to
    /// another place, and the files that this process creates must belong to the owner.
    ///
    /// - Throws: ``Trouble``.
    func open() throws -> (cache: CacheDirectory, owner: UInt32)? {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        let cache = CacheDirectory(path)
        let info = try? FileSystem.info(of: path)
        if let info, info.kind == .directory {
            try Self.actAsOwner(of: path, info)
            // The server has not compiled anything yet.
            if (try? FileSystem.names(in: path)) == [] { return nil }
        }
        do {
            return (cache, try cache.checkIdentity().owner)
        } catch {
            throw Trouble("\(error) Name the cache with --cache, as SwiftCacheDir does.")
        }
    }

    /// Drops the rights of root if a path belongs to another user.
    ///
    /// - Throws: ``Trouble``.
    static func actAsOwner(of path: String, _ info: FileStatus) throws {
        let user = ProcessUser.current
        guard user != info.owner else { return }
        guard user == 0 else {
            throw Trouble(
                "\(path) belongs to \(name(of: info.owner)). Run this as that user, or as "
                    + "root: sudo modswift …")
        }
        do {
            try ProcessUser.become(info.owner, info.group)
        } catch {
            throw Trouble("It was not possible to act as \(name(of: info.owner)): \(error).")
        }
    }

    static func name(of user: UInt32) -> String {
        ProcessUser.name(of: user).map { "the user \($0)" } ?? "user \(user)"
    }
}

/// The reason why a command failed, in full sentences.
struct Trouble: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
