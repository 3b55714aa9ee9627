// SPDX-License-Identifier: Apache-2.0

internal import ModSwiftArtifact
internal import ModSwiftSystem

/// What makes a module the same module: its file, its namespace, how it is compiled.
struct ModuleIdentity: Hashable, Sendable {
    let sourcePath: String
    let namespace: String
    let optimize: Bool
}

/// The place of a module in this process: its current version, and who is making the next.
final class ModuleSlot: Sendable {
    private struct State {
        var isLoading = false
        /// The last failure that the same source would meet again.
        var failure: (fingerprint: FileFingerprint, failure: Failure)?
    }

    /// What a request that needs a version is to do.
    private enum Turn {
        case use(ModuleVersion)
        case fail(Failure)
        case load
    }

    let identity: ModuleIdentity
    private let current = ImmortalReference<ModuleVersion>()
    private let state = Monitor(State())

    init(_ identity: ModuleIdentity) { self.identity = identity }

    /// The version that a new request uses.
    ///
    /// - Parameter autoReload: Look at the source first: one stat.
    /// - Throws: ``Failure``.
    func version(autoReload: Bool) throws -> ModuleVersion {
        if let version = current.load()?.object {
            if !autoReload { return version }
            if version.fingerprint == FileSystem.fingerprint(of: identity.sourcePath) {
                return version
            }
        }
        return try load()
    }

    /// One thread makes the new version, the others wait for it.
    private func load() throws -> ModuleVersion {
        let timeout = LoaderSettings.current.buildTimeout
        let deadline = MonotonicTime.now.advanced(bySeconds: timeout)
        guard let turn = state.wait(until: deadline, turn) else {
            throw Failure.buildTimedOut(identity.sourcePath, seconds: timeout)
        }
        switch turn {
        case .use(let version): return version
        case .fail(let failure): throw failure
        case .load: return try loadAlone(until: deadline)
        }
    }

    private func turn(_ state: inout State) -> Turn? {
        if state.isLoading { return nil }
        let fingerprint = FileSystem.fingerprint(of: identity.sourcePath)
        if let version = current.load()?.object, version.fingerprint == fingerprint {
            return .use(version)
        }
        if let failure = state.failure, failure.fingerprint == fingerprint {
            return .fail(failure.failure)
        }
        state.isLoading = true
        return .load
    }

    private func loadAlone(until deadline: MonotonicTime) throws -> ModuleVersion {
        var source: ModuleSource?
        do {
            let read = try ModuleSource(identity)
            source = read
            let version = try ModuleLoad(read, replacing: current.load()?.object).version(
                until: deadline)
            state.change { state in
                state = State()
                current.store(version)
            }
            return version
        } catch let missing as SourceMissing {
            state.change { $0 = State() }
            throw missing
        } catch {
            let failure = Failure(describing: error)
            state.change { state in
                state = State()
                if failure.isLasting, let source {
                    state.failure = (source.fingerprint, failure)
                }
            }
            throw failure
        }
    }
}
