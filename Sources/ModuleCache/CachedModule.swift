// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
package import SystemCalls

/// A compiled module in the cache.
package struct CachedModule: Sendable {
    /// The file name: "hello-4f0c….so".
    package let name: String
    package let path: String
    package let info: FileStatus

    /// The size in bytes.
    package var size: Int { info.size }
    /// The time at which a process last loaded it, in nanoseconds since 1970.
    package var lastUse: Int { info.modified }
    /// The short form of its key, which names its lock.
    package var key: String { Self.key(ofFile: name) ?? "" }

    /// Returns the key in a module's file name; nil if it is not the name of a compiled module.
    static func key(ofFile name: String) -> String? {
        guard name.hasSuffix(".so"), let dash = name.lastIndex(of: "-") else { return nil }
        let key = String(name[name.index(after: dash)...].dropLast(3))
        return isKey(key) ? key : nil
    }

    static func isKey(_ text: String) -> Bool {
        text.utf8.count == ModuleKey.shortLength
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}

extension CacheDirectory {
    /// Lists the compiled modules, the least recently used first.
    ///
    /// Other files are ignored; ``check(owner:)`` reports them.
    package func list() throws(SystemError) -> [CachedModule] {
        var found: [CachedModule] = []
        for name in try FileSystem.names(in: modules) where CachedModule.key(ofFile: name) != nil {
            let path = "\(modules)/\(name)"
            // Another process may be cleaning.
            guard let info = try? FileSystem.info(of: path), info.kind == .file else { continue }
            found.append(CachedModule(name: name, path: path, info: info))
        }
        return found.sorted { ($0.lastUse, $0.name) < ($1.lastUse, $1.name) }
    }
}
