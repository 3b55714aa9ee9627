// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModuleArtifact
import ModuleCache
import SystemCalls
import Testing

/// A private cache of the test, which is removed with the object.
final class Scratch {
    let root: String
    let cache: CacheDirectory

    init() throws {
        var template = Array("/tmp/mod_swift-cache.XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        root = String(cString: made)
        cache = CacheDirectory("\(root)/cache")
        try FileSystem.makeDirectory(cache.path, mode: 0o700)
        try cache.open(owner: geteuid())
    }

    deinit { FileSystem.removeTree(root) }

    /// Adds a module to the cache.
    ///
    /// - Parameters:
    ///   - age: The time since its last use, in seconds.
    ///   - size: The size of its library in bytes, without the stamp.
    @discardableResult
    func add(_ name: String, age: Int = 0, size: Int = 1000) throws -> CachedModule {
        let payload = [UInt8](repeating: 7, count: size)
        let source = "/srv/\(name).swift"
        let key = ModuleKey(
            BuildInputs(
                sourcePath: source, sources: [], namespace: "n", optimize: true, buildID: "ab12",
                compilerVersion: "6.3.1", libraryDirectory: "/lib"))
        let names = ModuleNames(sourcePath: source, key: key)
        let stamp = Stamp(
            buildID: "ab12", compilerVersion: "6.3.1", key: key, module: names.module,
            sourcePath: source, payload: payload)
        let path = "\(cache.modules)/\(names.file)"
        try FileSystem.write(payload + stamp.bytes, to: path)
        setAge(path, age)
        try FileSystem.write([], to: cache.lockPath(key.short))
        return try #require(cache.list().first { $0.name == names.file })
    }

    func setAge(_ path: String, _ seconds: Int) {
        let time = timespec(tv_sec: WallTime.now.seconds - seconds, tv_nsec: 0)
        #expect(utimensat(AT_FDCWD, path, [time, time], AT_SYMLINK_NOFOLLOW) == 0)
    }

    var modules: [String] {
        get throws { try cache.list().map { String($0.name.prefix { $0 != "-" }) } }
    }

    func exists(_ path: String) -> Bool { (try? FileSystem.info(of: path)) != nil }
}
