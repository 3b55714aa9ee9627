// SPDX-License-Identifier: Apache-2.0
//
// The last build of each module that could be loaded: for processes that start when its source
// cannot be compiled. One small file for each module, in good/.

package import ModuleArtifact
internal import SystemCalls

extension CacheDirectory {
    /// Returns the key of the last good build of a module; nil if none is known.
    ///
    /// - Parameter inputs: The inputs of its build. The contents of its source do not matter.
    package func lastGoodBuild(of inputs: BuildInputs) -> ModuleKey? {
        lastGoodBuild(recordedAt: goodPath(inputs))
    }

    /// Records a build. If the file cannot be written, the previous one stays.
    ///
    /// - Parameter process: An id that is unique among processes.
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

    /// Removes the records of modules that have been removed.
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

    /// Returns the record's path, which does not depend on the contents of the source.
    private func goodPath(_ inputs: BuildInputs) -> String {
        var inputs = inputs
        inputs.sources = []
        inputs.imports = []
        return "\(good)/\(ModuleKey(inputs).short)"
    }
}
