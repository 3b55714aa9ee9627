// SPDX-License-Identifier: Apache-2.0
//
// A source that does not compile is compiled once, too: the processes that waited for the same
// build find the diagnostics beside it.

internal import ModuleArtifact
internal import ModuleGraph
internal import SystemCalls

extension ArtifactCache {
    /// How long diagnostics are believed, in seconds: what looks like a fault of the source may
    /// have been one of the machine.
    private static let lifetime = 30

    /// Throws the failure that another process has met with the same source just now.
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

    /// Leaves a failure for the processes that wait for the lock.
    func noteFailure(_ failure: HandlerFailure, of module: ModuleNode) {
        let path = diagnosticsPath(module)
        // Without it they build it themselves and meet the same.
        guard (try? FileSystem.write(Array(failure.detail.utf8), to: "\(path).new")) != nil
        else { return }
        try? FileSystem.rename("\(path).new", to: path)
    }

    private func diagnosticsPath(_ module: ModuleNode) -> String {
        "\(work)/\(module.key.short).diagnostics"
    }
}
