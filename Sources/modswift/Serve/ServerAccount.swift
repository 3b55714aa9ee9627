// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemCalls

/// The user of the children of a private server: the caller, or www-data if the caller is root.
struct ServerAccount {
    let name: String
    /// Directives that change the user.
    let directives: String
    /// The directory of compiled handlers, kept from one run to the next.
    let cache: String
    private let changes: Bool

    /// - Throws: ``Trouble`` if the caller is root and there is no such user.
    init() throws {
        changes = ProcessUser.current == 0
        guard changes else {
            name = ProcessUser.name(of: ProcessUser.current) ?? "\(ProcessUser.current)"
            directives = ""
            cache = "\(try Self.userCaches())/mod_swift"
            return
        }
        guard ProcessUser.identity(of: "www-data") != nil else {
            throw Trouble(
                "As root, the server's children must run as another user, and there is no user www-data "
                    + "here. Run this as an ordinary user.")
        }
        name = "www-data"
        directives = "User www-data\nGroup www-data"
        // Only root can create it, so no other user can have prepared it.
        cache = "/var/cache/mod_swift-serve"
    }

    /// Returns the directory of this user's caches; it is created if it is missing.
    static func userCaches() throws -> String {
        let home = ProcessInfo.processInfo.environment["HOME"] ?? "/tmp"
        let caches = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? "\(home)/.cache"
        try FileSystem.makeDirectory(caches, mode: 0o700)
        return caches
    }

    /// Returns the site and the installation, or copies of them that the children can read.
    func readable(
        _ site: Site, _ installation: Installation, copiesIn root: String
    ) throws -> (Site, Installation) {
        guard changes else { return (site, installation) }
        if let compiler = FilePath.real(Version.compiler), !canRead(compiler) {
            throw Trouble(
                "The user \(name) cannot read \(compiler), and the server's children run the compiler. "
                    + "Install the toolchain where every user can read it, such as /opt/swift, or "
                    + "run this as an ordinary user.")
        }
        var (served, used) = (site, installation)
        if !canRead(site.directory) {
            try Self.copy(site.directory, to: "\(root)/site")
            served = try Site("\(root)/site")
        }
        if !canRead(installation.module) {
            try Self.copy(FilePath.parent(of: installation.module), to: "\(root)/stage")
            used = Installation(
                module: "\(root)/stage/mod_swift.so", modules: installation.modules,
                library: installation.library)
        }
        return (served, used)
    }

    /// Copies a tree so that every user can read it.
    private static func copy(_ source: String, to target: String) throws {
        try FileManager.default.copyItem(atPath: source, toPath: target)
        let all = FileManager.default.enumerator(atPath: target)?.compactMap { $0 as? String } ?? []
        for path in [target] + all.map({ "\(target)/\($0)" }) {
            let info = try FileSystem.info(of: path)
            guard info.kind != .symbolicLink else { continue }
            let enters = info.kind == .directory || info.mode & 0o100 != 0
            try FileSystem.setMode(info.mode | (enters ? 0o555 : 0o444), of: path)
        }
    }

    private func canRead(_ path: String) -> Bool {
        guard let user = ProcessUser.identity(of: name) else { return false }
        return FileSystem.isReadable(path, by: user.user, user.group)
    }
}
