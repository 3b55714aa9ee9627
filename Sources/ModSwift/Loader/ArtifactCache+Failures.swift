// SPDX-License-Identifier: Apache-2.0
//
// A source that does not compile is also compiled only once: the processes that waited for the same
// build find the diagnostics in its directory.

internal import ModuleArtifact
internal import ModuleGraph
internal import SystemCalls

extension ArtifactCache {
    /// How long diagnostics are reused, in seconds: a failure that looks like an error in the
    /// source may have been caused by the machine.
    private static let lifetime = 30

    /// Throws the failure that another process has just had with the same source.
    func throwRecentFailure(of module: ModuleNode, texts: [String: String]) throws {
        let path = diagnosticsPath(module)
        guard let fingerprint = FileSystem.fingerprint(of: path) else { return }
        let age = WallTime.now.seconds - fingerprint.modified / 1_000_000_000
        guard (0..<Self.lifetime).contains(age),
            let bytes = try? FileSystem.read(path, limit: 1 << 20).bytes
        else { return }
        throw HandlerFailure.buildFailed(
            module.path, texts: texts, diagnostics: String(decoding: bytes, as: UTF8.self))
    }

    /// Stores a failure for the processes that wait for the lock.
    func noteFailure(_ failure: HandlerFailure, of module: ModuleNode) {
        let path = diagnosticsPath(module)
        // If it cannot be stored, they build it themselves and fail in the same way.
        guard (try? FileSystem.write(Array(failure.detail.utf8), to: "\(path).new")) != nil
        else { return }
        try? FileSystem.rename("\(path).new", to: path)
    }

    private func diagnosticsPath(_ module: ModuleNode) -> String {
        "\(work)/\(module.key.short).diagnostics"
    }
}
