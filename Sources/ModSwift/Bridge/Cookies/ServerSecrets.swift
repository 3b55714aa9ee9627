// SPDX-License-Identifier: Apache-2.0
//
// The keys of each server. The parent reads them: children run as another user, who cannot read the
// file, and inherit them in memory.

internal import CApache

/// The keys in a file, shared by all servers that name it.
final class ServerSecrets: Sendable {
    let keys: SecretKeys

    private init(_ keys: SecretKeys) { self.keys = keys }

    // SAFETY: only the parent writes and reads it, in post_config, where there are no other threads.
    /// The keys read so far, by path. If a file cannot be read at a restart, its keys are kept.
    nonisolated(unsafe) private static var known: [String: ServerSecrets] = [:]

    /// Reads the files of all servers, and creates missing ones. Called by the parent at each
    /// start.
    static func prepareParent(_ main: ServerRecord) {
        var read: Set<String> = []
        for server in sequence(first: main, next: \.next) {
            guard let path = server.secretFile else { continue }
            if read.insert(path).inserted { update(path, for: server) }
            if let secrets = unsafe known[path] { server.keep(secrets) }
        }
    }

    private static func update(_ path: String, for server: ServerRecord) {
        let file = SecretFile(path: path)
        do {
            if try file.makeIfMissing() {
                server.log("made \(path) with a new key for SwiftSecretFile", level: .notice)
            }
            let keys = try file.read()
            guard unsafe known[path]?.keys != keys else { return }
            unsafe known[path] = ServerSecrets(keys)
        } catch {
            let consequence =
                unsafe known[path] == nil
                ? "signed and encrypted cookies are refused" : "its keys of before stay in use"
            server.log(
                "MSW0632: the file of SwiftSecretFile cannot be used: \(error); \(consequence). It must "
                    + "belong to the user who starts the server, mode 600, with a key of at least "
                    + "\(SecretFile.minimumLength) characters on each line", level: .error)
        }
    }
}

extension ServerRecord {
    /// The keys of SwiftSecretFile; nil if there is none, or it could not be read.
    var secretKeys: SecretKeys? {
        // SAFETY: the value was set by `keep`, to an object that is never freed.
        unsafe secrets.map {
            unsafe Unmanaged<ServerSecrets>.fromOpaque($0)._withUnsafeGuaranteedRef { $0.keys }
        }
    }

    fileprivate func keep(_ secrets: ServerSecrets) {
        // SAFETY: the object is never freed: children, and the previous configuration, may use it.
        unsafe keepSecrets(Unmanaged.passRetained(secrets).toOpaque())
    }
}
