// SPDX-License-Identifier: Apache-2.0

internal import ModuleGraph
internal import ServerRules
internal import SystemCalls

/// The identity of a module: its file, its namespace, its compiler options, and the search path for
/// its imports.
struct ModuleIdentity: Hashable, Sendable {
    /// A file, or a directory of source files.
    var sourcePath: String
    let namespace: String
    let optimize: Bool
    /// Whether the source is a server page.
    var isPage = false
    /// SwiftPath, which is searched after the directory of the importing module.
    var searchPath: [String] = []
    /// Whether it is a CGI script, and its compiled form a program.
    var isProgram = false
}

/// The state of a module in this process: its current version, and whether a thread makes the next.
final class ModuleSlot: Sendable {
    private struct State {
        var isLoading = false
        /// The last failure, and the state of the source it belongs to.
        var failure: RememberedFailure<HandlerFailure>?
        /// What else that failure depends on.
        var failedDependencies = DependencyFiles.none
        /// Whether a thread makes the next version of it and of its neighbours.
        var isReloading = false
        /// The versions that this process has had, the last one at the end.
        var history: [ModuleVersion] = []
        /// Whether the last good build was looked for since that failure.
        var hasLookedBack = false
        var statistics = ModuleStatistics()

        /// The failure that the source, as it is now, would meet again.
        func failure(for fingerprint: FileFingerprint?) -> HandlerFailure? {
            guard let failure, failure.holds(for: fingerprint), failedDependencies.areUnchanged
            else {
                return nil
            }
            return failure.failure
        }

        /// Requests that have met modules of that time may still need it.
        mutating func remember(_ version: ModuleVersion) {
            history.removeAll { $0.key == version.key }
            history.append(version)
            if history.count > 8 { history.removeFirst() }
        }
    }

    /// What a request that needs a version is to do.
    private enum Turn {
        case use(ModuleVersion)
        case fail(HandlerFailure)
        case load
    }

    let identity: ModuleIdentity
    private let currentReference = ImmortalReference<ModuleVersion>()
    /// Of an earlier source, where this process could make no version of the present one.
    private let lastGood = ImmortalReference<ModuleVersion>()
    private let state = Monitor(State())

    init(_ identity: ModuleIdentity) { self.identity = identity }

    /// The version that a new request uses. An unchanged source costs one stat, or none.
    ///
    /// - Throws: ``HandlerFailure``, ``SourceMissing``.
    func version(_ policy: ReloadPolicy) throws -> ModuleVersion {
        guard let version = current?.object else { return try firstVersion(policy) }
        if policy == .never { return version }
        let fingerprint = FileSystem.fingerprint(of: identity.sourcePath)
        if version.isCurrent(fingerprint) { return version }
        if policy == .wait { return try waitForNext(policy) }
        return try keep(version, whileMakingNextFor: fingerprint)
    }

    /// The version that new requests use, as far as there is one.
    var currentVersion: ModuleVersion? { current?.object }

    /// The same, not counted.
    @inline(__always)
    var current: Immortal<ModuleVersion>? { currentReference.load() }

    /// Without counting references: the loader keeps it as long as the process.
    @inline(__always)
    var immortal: Immortal<ModuleSlot> { Immortal(kept: self) }

    /// What has become of it so far.
    var report: (version: ModuleVersion?, statistics: ModuleStatistics) {
        state.withLock { (current?.object, $0.statistics) }
    }

    // MARK: Waiting for the next version

    /// One thread makes the next version, the others wait for it.
    private func waitForNext(_ policy: ReloadPolicy) throws -> ModuleVersion {
        let timeout = LoaderSettings.current.buildTimeout
        let deadline = MonotonicTime.now.advanced(bySeconds: timeout)
        guard let turn = state.wait(until: deadline, turn) else {
            throw HandlerFailure.buildTimedOut(identity.sourcePath, seconds: timeout)
        }
        switch turn {
        case .use(let version): return version
        case .fail(let failure): throw failure
        case .load:
            // With SwiftAutoReload Off, modules that are loaded later must also use the present
            // versions.
            let pinned = policy == .never ? Loader.modules(besides: identity) : [:]
            return try load(until: deadline, pinned)
        }
    }

    private func turn(_ state: inout State) -> Turn? {
        if state.isLoading { return nil }
        let fingerprint = FileSystem.fingerprint(of: identity.sourcePath)
        if let version = current?.object, version.isCurrent(fingerprint) {
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
            return try waitForNext(policy)
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
            if state.hasLookedBack || current != nil { return false }
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
        return current?.object ?? lastGood.load()?.object
    }

    /// Has the next version made on a thread of its own; one that is in the cache already is taken at
    /// once, unless other modules have to change together with it.
    private func keep(
        _ version: ModuleVersion, whileMakingNextFor fingerprint: FileFingerprint?
    ) throws -> ModuleVersion {
        if hasRelatives(version) {
            guard fingerprint != nil else { throw SourceMissing() }
            reloadWithRelatives(fingerprint)
            return current?.object ?? version
        }
        let isOurs = state.withLock { state in
            if state.isLoading || state.isReloading { return false }
            if state.failure(for: fingerprint) != nil { return false }
            state.isLoading = true
            return true
        }
        guard isOurs else { return current?.object ?? version }
        if let next = try cached(replacing: version) { return next }
        let hasBegun = BackgroundThread.start { [self] in
            let timeout = LoaderSettings.current.buildTimeout
            do {
                _ = try load(until: MonotonicTime.now.advanced(bySeconds: timeout), [:])
            } catch {
                tellThatTheLastGoodVersionStays(error)
            }
        }
        // The next request tries again.
        if !hasBegun { state.change { $0.isLoading = false } }
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
            // The background thread fails in the same way, and logs it.
            return nil
        }
    }

    // MARK: Changing together with others

    /// Whether other modules of this process change with it: it imports some, or is imported.
    private func hasRelatives(_ version: ModuleVersion) -> Bool {
        !version.module.closure.isEmpty
            || Loader.neighbours(of: identity).contains { slot in
                slot !== self
                    && slot.currentVersion?.module.closure.contains {
                        $0.path == identity.sourcePath
                    } == true
            }
    }

    private func reloadWithRelatives(_ fingerprint: FileFingerprint?) {
        let isOurs = state.withLock { state in
            if state.isReloading || state.failure(for: fingerprint) != nil { return false }
            state.isReloading = true
            return true
        }
        guard isOurs else { return }
        let hasBegun = BackgroundThread.start { [self] in
            do {
                try GroupReload.run(from: self)
            } catch {
                tellThatTheLastGoodVersionStays(error)
            }
            state.change { $0.isReloading = false }
        }
        // The next request tries again.
        if !hasBegun { state.change { $0.isReloading = false } }
    }

    /// Makes the next version and keeps others from doing so; new requests go on with the one before
    /// until ``publish(_:)``.
    ///
    /// - Parameter reader: Has read the modules that change together with this one.
    /// - Returns: Nil where the module is to be left as it is, because it is not there any more.
    /// - Throws: ``SourceFailure``, ``SourceUnsettled``; other threads are then no longer kept
    ///   waiting.
    func prepareNext(
        _ reader: inout ModuleReader, until deadline: MonotonicTime
    ) throws -> ModuleVersion? {
        let isOurs: Bool? = state.wait(until: deadline) { state in
            if state.isLoading { return nil }
            state.isLoading = true
            return true
        }
        guard isOurs == true else {
            throw HandlerFailure.buildTimedOut(
                identity.sourcePath, seconds: LoaderSettings.current.buildTimeout)
        }
        do {
            let source = try ModuleSource(identity, &reader)
            do {
                return try ModuleLoad(source, replacing: current?.object)
                    .version(until: deadline)
            } catch {
                // Caught half-written, as in load(until:_:).
                guard source.isSettled() || MonotonicTime.now >= deadline else {
                    throw SourceUnsettled()
                }
                throw SourceFailure(error, of: source)
            }
        } catch is SourceMissing {
            finish(nil)
            return nil
        } catch let failure as SourceFailure {
            finish(.failure(failure))
            throw failure
        } catch {
            finish(nil)
            throw error
        }
    }

    /// Has new requests use a version that was prepared.
    func publish(_ version: ModuleVersion) { finish(.success(version)) }

    /// Leaves everything as it was, because of a module that changes together with this one.
    ///
    /// - Parameter failure: Of that module; nil where there was none.
    func giveUpPrepared(_ failure: SourceFailure?, _ version: ModuleVersion) {
        guard let failure else { return finish(nil) }
        finish(
            .failure(
                SourceFailure(
                    failure: failure.failure, path: identity.sourcePath,
                    fingerprint: version.fingerprint,
                    dependencies: version.dependencies.union(failure.files))))
    }

    // MARK: Agreeing with the versions that a request has pinned

    /// The version for a request that has met others: no module is in one of them in another state.
    ///
    /// - Throws: ``HandlerFailure``, ``SourceMissing``.
    @inline(__always)
    func version(
        _ policy: ReloadPolicy, agreeingWith pinned: [PinnedVersion]
    ) throws -> ModuleVersion {
        let version = try version(policy)
        if pinned.isEmpty || pinned.allSatisfy({ version.agrees(with: $0.version) }) {
            return version
        }
        return try earlierVersion(policy, agreeingWith: pinned)
    }

    @inline(never)
    private func earlierVersion(
        _ policy: ReloadPolicy, agreeingWith pinned: [PinnedVersion]
    ) throws -> ModuleVersion {
        func agrees(_ version: ModuleVersion) -> Bool {
            pinned.allSatisfy { version.agrees(with: $0.version) }
        }
        if let version = state.withLock({ $0.history.last(where: agrees) }) { return version }
        if policy != .never, let version = try? waitForNext(policy), agrees(version) {
            return version
        }
        // For this request alone: built from the present source and the pinned versions.
        var modules: [String: ModuleNode] = [:]
        for version in pinned.map(\.version) where version.identity.namespace == identity.namespace
        {
            for module in [version.module] + version.module.closure {
                modules[module.path] = module
            }
        }
        if let module = modules[identity.sourcePath] {
            throw HandlerFailure.versionGone(module)
        }
        let timeout = LoaderSettings.current.buildTimeout
        do {
            let source = try ModuleSource(identity, pinned: modules)
            let version = try ModuleLoad(source, replacing: nil)
                .version(until: .now.advanced(bySeconds: timeout))
            state.withLock { $0.remember(version) }
            return version
        } catch let error as SourceFailure {
            throw error.failure
        }
    }

    private func tellThatTheLastGoodVersionStays(_ error: any Error) {
        let failure = HandlerFailure(describing: error)
        MainServer.log(
            "MSW0113: the last good version of \(identity.sourcePath) keeps handling requests: "
                + "\(failure.logMessage())",
            failure.level)
    }

    // MARK: Loading

    /// Makes the next version; called by the one thread that set `isLoading`.
    private func load(
        until deadline: MonotonicTime, _ pinned: [String: ModuleNode]
    ) throws -> ModuleVersion {
        while true {
            let source: ModuleSource
            do {
                source = try ModuleSource(identity, pinned: pinned)
            } catch let failure as SourceFailure {
                finish(.failure(failure))
                throw failure.failure
            } catch {
                finish(nil)
                throw error
            }
            do {
                let load = ModuleLoad(source, replacing: current?.object)
                let version = try load.version(until: deadline)
                finish(.success(version))
                return version
            } catch {
                // Caught half-written, the file has changed meanwhile, or will in a moment.
                guard source.isSettled() || MonotonicTime.now >= deadline else { continue }
                finish(.failure(SourceFailure(error, of: source)))
                throw error
            }
        }
    }

    private enum Outcome {
        case success(ModuleVersion)
        /// Of an earlier source: the failure of the present one stays.
        case lastGood(ModuleVersion, ReloadPolicy)
        case failure(SourceFailure)
    }

    /// Resumes the waiting threads; nil where there is no outcome, or it was already recorded.
    private func finish(_ outcome: Outcome?) {
        switch outcome {
        case .success(let version), .lastGood(let version, _): StateHandover.run(for: version)
        case .failure, nil: break
        }
        state.change { state in
            state.isLoading = false
            switch outcome {
            case .success(let version):
                state.failure = nil
                state.statistics.count(version)
                state.remember(version)
                currentReference.store(version)
            case .lastGood(let version, let policy):
                state.statistics.count(version)
                if lastGood.load()?.object !== version { lastGood.store(version) }
                // With SwiftAutoReload Off a current version is never looked at again.
                if policy == .keepLastGood { currentReference.store(version) }
            case .failure(let found):
                state.hasLookedBack = false
                state.failure = found.fingerprint.map {
                    RememberedFailure($0, found.failure, isLasting: found.failure.isLasting)
                }
                state.failedDependencies = found.dependencies
                state.statistics.count(found.failure)
            case nil: break
            }
        }
    }
}
