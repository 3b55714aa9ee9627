// SPDX-License-Identifier: Apache-2.0
//
// Which build of a module was the last that could be loaded: for processes that come when its source
// cannot be compiled. One small file for each module, in good/.

package import ModuleArtifact
internal import SystemCalls

extension CacheDirectory {
    /// The key of the last good build of a module; nil where none is known.
    ///
    /// - Parameter inputs: What a build of it depends on. Its source does not matter.
    package func lastGoodBuild(of inputs: BuildInputs) -> ModuleKey? {
        lastGoodBuild(recordedAt: goodPath(inputs))
    }

    /// Remembers a build. Where that cannot be written, the one before stays.
    ///
    /// - Parameter process: An id that no other process has.
    package func noteGoodBuild(_ key: ModuleKey, of inputs: BuildInputs, by process: Int32) {
        let path = goodPath(inputs)
        guard lastGoodBuild(recordedAt: path) != key else { return }
        let own = "\(path).\(process)"
        defer { FileSystem.remove(own) }
        guard (try? FileSystem.write(Array("\(key.hexadecimal)\n".utf8), to: own)) != nil else {
            return
        }
        try? FileSystem.rename(own, to: path)
    }

    /// Forgets the last good builds whose modules were removed.
    func forget(_ removed: [CachedModule]) {
        guard !removed.isEmpty, let present = try? Set(list().map(\.key)) else { return }
        for name in (try? FileSystem.names(in: good)) ?? [] where CachedModule.isKey(name) {
            let path = "\(good)/\(name)"
            guard let key = lastGoodBuild(recordedAt: path), present.contains(key.short) else {
                FileSystem.remove(path)
                continue
            }
        }
    }

    private func lastGoodBuild(recordedAt path: String) -> ModuleKey? {
        (try? FileSystem.read(path, limit: 100)).flatMap {
            ModuleKey(hexadecimal: String(decoding: $0.bytes.dropLast(), as: UTF8.self))
        }
    }

    /// The same for all sources that the file has had.
    private func goodPath(_ inputs: BuildInputs) -> String {
        var inputs = inputs
        inputs.sources = []
        inputs.imports = []
        return "\(good)/\(ModuleKey(inputs).short)"
    }
}
