// SPDX-License-Identifier: Apache-2.0

internal import ModSwiftArtifact
internal import ModSwiftSystem

/// One build of a module, loaded. Never unloaded, never changed.
final class ModuleVersion: @unchecked Sendable {  // because it never changes
    let sourcePath: String
    let key: ModuleKey
    /// The state of the source it was built from.
    let fingerprint: FileFingerprint
    private let handlers: [String: HandlerBody]
    let refusals: [String: String]

    init(
        sourcePath: String, key: ModuleKey, fingerprint: FileFingerprint,
        collected: HandlerCollector
    ) {
        self.sourcePath = sourcePath
        self.key = key
        self.fingerprint = fingerprint
        handlers = collected.handlers
        refusals = collected.refusals
    }

    /// The same code for a source that was touched and not changed.
    init(_ version: ModuleVersion, fingerprint: FileFingerprint) {
        sourcePath = version.sourcePath
        key = version.key
        self.fingerprint = fingerprint
        handlers = version.handlers
        refusals = version.refusals
    }

    var handlerNames: [String] { handlers.keys.sorted() }

    /// A function of the module.
    ///
    /// - Throws: The reason why there is no such handler.
    func handler(_ function: String) throws -> LoadedHandler {
        guard let body = handlers[function] else { throw Failure.noFunction(function, in: self) }
        return LoadedHandler(version: self, body: body)
    }
}

/// A handler that can be called.
final class LoadedHandler: @unchecked Sendable {  // because it never changes
    let version: ModuleVersion
    let body: HandlerBody

    init(version: ModuleVersion, body: @escaping HandlerBody) {
        self.version = version
        self.body = body
    }
}
