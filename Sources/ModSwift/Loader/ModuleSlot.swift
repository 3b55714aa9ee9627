// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import ServerRules
internal import SystemCalls

/// What makes a module the same module: its file, its namespace, how it is compiled.
struct ModuleIdentity: Hashable, Sendable {
    let sourcePath: String
    let namespace: String
    let optimize: Bool
    /// Whether the source is a server page.
    var isPage = false
}

/// The place of a module in this process: its current version, and who is making the next.
final class ModuleSlot: Sendable {
    private struct State {
        var isLoading = false
        /// The last failure, and the state of the source it belongs to.
        var failure: RememberedFailure<HandlerFailure>?
        /// The files that the source of that failure includes.
        var failedIncludes = IncludedFiles.none
        /// Whether the last good build was looked for since that failure.
        var hasLookedBack = false
        var statistics = ModuleStatistics()

        /// The failure that the source, as it is now, would meet again.
        func failure(for fingerprint: FileFingerprint?) -> HandlerFailure? {
            guard let failure, failure.holds(for: fingerprint), failedIncludes.areUnchanged else {
                return nil
            }
            return failure.failure
        }
    }

    /// What a request that needs a version is to do.
    private enum Turn {
        case use(ModuleVersion)
        case fail(HandlerFailure)
        case load
    }

    let identity: ModuleIdentity
    private let current = ImmortalReference<ModuleVersion>()
    /// Of an earlier source, where this process could make no version of the present one.
    private let lastGood = ImmortalReference<ModuleVersion>()
    private let state = Monitor(State())

    init(_ identity: ModuleIdentity) { self.identity = identity }

    /// The version that a new request uses. An unchanged source costs one stat, or none.
    ///
    /// - Throws: ``HandlerFailure``, ``SourceMissing``.
    func version(_ policy: ReloadPolicy) throws -> ModuleVersion {
        guard let version = current.load()?.object else { return try firstVersion(policy) }
        if policy == .never { return version }
        let fingerprint = FileSystem.fingerprint(of: identity.sourcePath)
        if let fingerprint, version.fingerprint == fingerprint, version.included.areUnchanged {
            return version
        }
        if policy == .wait { return try waitForNext() }
        return try keep(version, whileMakingNextFor: fingerprint)
    }

    /// What has become of it so far.
    var report: (version: ModuleVersion?, statistics: ModuleStatistics) {
        state.withLock { (current.load()?.object, $0.statistics) }
    }

    // MARK: Waiting for the next version

    /// One thread makes the next version, the others wait for it.
    private func waitForNext() throws -> ModuleVersion {
        let timeout = LoaderSettings.current.buildTimeout
        let deadline = MonotonicTime.now.advanced(bySeconds: timeout)
        guard let turn = state.wait(until: deadline, turn) else {
            throw HandlerFailure.buildTimedOut(identity.sourcePath, seconds: timeout)
        }
        switch turn {
        case .use(let version): return version
        case .fail(let failure): throw failure
        case .load: return try load(until: deadline)
        }
    }

    private func turn(_ state: inout State) -> Turn? {
        if state.isLoading { return nil }
        let fingerprint = FileSystem.fingerprint(of: identity.sourcePath)
        if let version = current.load()?.object, let fingerprint,
            version.fingerprint == fingerprint, version.included.areUnchanged
        {
            return .use(version)
        }
        if let failure = state.failure(for: fingerprint) { return .fail(failure) }
        state.isLoading = true
        return .load
    }

    // MARK: Going on with the last good version

    /// The version of a process that has none yet: the one that the source gives, or the last good one
    /// that any process has loaded.
    private func firstVersion(_ policy: ReloadPolicy) throws -> ModuleVersion {
        do {
            return try waitForNext()
        } catch let failure as HandlerFailure where policy != .wait {
            guard let version = lastGoodVersion(after: failure, policy) else { throw failure }
            return version
        }
    }

    /// One thread looks for it, the others wait.
    private func lastGoodVersion(
        after failure: HandlerFailure, _ policy: ReloadPolicy
    ) -> ModuleVersion? {
        let timeout = LoaderSettings.current.buildTimeout
        let isOurs = state.wait(until: .now.advanced(bySeconds: timeout)) { state -> Bool? in
            if state.isLoading { return nil }
            if state.hasLookedBack || current.load() != nil { return false }
            state.isLoading = true
            state.hasLookedBack = true
            return true
        }
        if isOurs == true {
            let known = lastGood.load()?.object
            let version = try? ModuleLoad.lastGoodVersion(of: identity, known: known)
            finish(version.map { .lastGood($0, policy) })
            if version != nil { tellThatTheLastGoodVersionStays(failure) }
        }
        return current.load()?.object ?? lastGood.load()?.object
    }

    /// Has the next version made on a thread of its own; one that lies in the cache already is
    /// taken at once.
    private func keep(
        _ version: ModuleVersion, whileMakingNextFor fingerprint: FileFingerprint?
    ) throws -> ModuleVersion {
        let isOurs = state.withLock { state in
            if state.isLoading { return false }
            if state.failure(for: fingerprint) != nil { return false }
            state.isLoading = true
            return true
        }
        guard isOurs else { return current.load()?.object ?? version }
        if let next = try cached(replacing: version) { return next }
        BackgroundThread.start { [self] in
            let timeout = LoaderSettings.current.buildTimeout
            do {
                _ = try load(until: MonotonicTime.now.advanced(bySeconds: timeout))
            } catch {
                tellThatTheLastGoodVersionStays(error)
            }
        }
        return version
    }

    /// The next version, where it has been compiled before; nil where that is still to be done, and
    /// then loading goes on.
    private func cached(replacing version: ModuleVersion) throws -> ModuleVersion? {
        do {
            let source = try ModuleSource(identity)
            let next = try ModuleLoad(source, replacing: version).cachedVersion()
            if let next { finish(.success(next)) }
            return next
        } catch is SourceMissing {
            finish(nil)
            throw SourceMissing()
        } catch {
            // Told by the thread, which meets it again.
            return nil
        }
    }

    private func tellThatTheLastGoodVersionStays(_ error: any Error) {
        let failure = HandlerFailure(describing: error)
        MainServer.log(
            "MSW0113: the version of \(identity.sourcePath) before its last change goes on "
                + "answering: \(failure.logMessage())",
            failure.level)
    }

    // MARK: Loading

    /// Makes the next version; called by the one thread that set `isLoading`.
    private func load(until deadline: MonotonicTime) throws -> ModuleVersion {
        while true {
            let source: ModuleSource
            do {
                source = try ModuleSource(identity)
            } catch {
                finish(nil)
                throw error
            }
            do {
                let load = ModuleLoad(source, replacing: current.load()?.object)
                let version = try load.version(until: deadline)
                finish(.success(version))
                return version
            } catch {
                // Caught half-written, the file has changed meanwhile, or will in a moment.
                guard source.isSettled() || MonotonicTime.now >= deadline else { continue }
                finish(.failure(source, HandlerFailure(describing: error)))
                throw error
            }
        }
    }

    private enum Outcome {
        case success(ModuleVersion)
        /// Of an earlier source: the failure of the present one stays.
        case lastGood(ModuleVersion, ReloadPolicy)
        case failure(ModuleSource, HandlerFailure)
    }

    /// Lets the others go on; nil where nothing was learned, or all was told before.
    private func finish(_ outcome: Outcome?) {
        state.change { state in
            state.isLoading = false
            switch outcome {
            case .success(let version):
                state.failure = nil
                state.statistics.count(version)
                current.store(version)
            case .lastGood(let version, let policy):
                state.statistics.count(version)
                if lastGood.load()?.object !== version { lastGood.store(version) }
                // With SwiftAutoReload Off a current version is never looked at again.
                if policy == .keepLastGood { current.store(version) }
            case .failure(let source, let failure):
                state.hasLookedBack = false
                state.failure = RememberedFailure(
                    source.fingerprint, failure, isLasting: failure.isLasting)
                state.failedIncludes = source.included
                state.statistics.count(failure)
            case nil: break
            }
        }
    }
}
