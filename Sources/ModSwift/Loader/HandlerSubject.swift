// SPDX-License-Identifier: Apache-2.0

/// What a handler is called for: a request, or a connection.
///
/// It says where handlers are looked for, and keeps to one version of each module from its
/// beginning to its end.
protocol HandlerSubject: AnyObject {
    /// The server or virtual host it is for.
    var servingServer: ServerRecord? { get }
    /// The directory of its file, with a slash at its end; nil where it has none.
    var fileDirectory: String? { get }
    /// Takes note of the namespace in which a handler of it runs, where it is not the server's.
    func enter(_ namespace: String, for phase: Phase)
    /// The versions it has met.
    var metVersions: [MetVersion] { get }
    /// Remembers a version that it has met for the first time.
    func meet(_ version: MetVersion)
}

/// A module, and the version of it that somebody keeps to.
struct MetVersion {
    let slot: ModuleSlot
    let version: ModuleVersion
}

extension HandlerSubject {
    /// The version of a module that this subject uses.
    ///
    /// - Throws: ``Failure``.
    @inline(__always)
    func version(of slot: ModuleSlot, _ policy: ReloadPolicy) throws -> ModuleVersion {
        if let met = metVersions.first(where: { $0.slot === slot }) { return met.version }
        let version = try slot.version(policy)
        meet(MetVersion(slot: slot, version: version))
        return version
    }
}

extension Request: HandlerSubject {
    var servingServer: ServerRecord? { live.server }

    /// A filter is called in the middle of a handler, which is still in its own.
    func enter(_ namespace: String, for phase: Phase) {
        guard phase != .inputFilter, phase != .outputFilter, live.configuration?.isPlain == false
        else { return }
        extras.namespace = namespace
    }
    var metVersions: [MetVersion] { existingExtras?.versions ?? [] }
    func meet(_ version: MetVersion) { extras.versions.append(version) }
}
