// SPDX-License-Identifier: Apache-2.0

internal import ModuleGraph
internal import ServerRules
internal import SystemCalls

/// The identity of a module: its file, its namespace, its compiler options, and the search path for
/// its imports.
struct ModuleIdentity: Hashable, Sendable {
    /// The source: a file, or a directory of source files.
    var sourcePath: String
    let namespace: String
    let optimize: Bool
    /// Whether the source is a server page.
    var isPage = false
    /// The value of SwiftPath, which is searched after the directory of the importing module.
    var searchPath: [String] = []
    /// Whether it is a CGI script, whose compiled form is a program.
    var isProgram = false
}

/// The state of a module in this process: its current version, and whether a thread is creating the
/// next one.
final class ModuleSlot: Sendable {
    private struct State {
        var isLoading = false
        /// The last failure, and the state of the source it belongs to.
        var failure: RememberedFailure<HandlerFailure>?
        /// The other files that the failure depends on.
        var failedDependencies = DependencyFiles.none
        /// Whether a thread is creating the next versions of it and of its neighbours.
        var isReloading = false
        /// The versions that this process has loaded, the newest last.
        var history: [ModuleVersion] = []
        /// Whether the last good build has been searched for since that failure.
        var hasLookedBack = false
        var statistics = ModuleStatistics()

        /// Returns the failure that the current source would cause again.
        func failure(for fingerprint: FileFingerprint?) -> HandlerFailure? {
            guard let failure, failure.holds(for: fingerprint), failedDependencies.areUnchanged
            else {
                return nil
            }
            return failure.failure
        }

        /// Keeps a version, because requests that have pinned modules of that time may still need
        /// it.
        mutating func remember(_ version: ModuleVersion) {
            history.removeAll { $0.key == version.key }
            history.append(version)
            if history.count > 8 { history.removeFirst() }
        }
    }

    /// The action for a request that needs a version.
    private enum Turn {
        case use(ModuleVersion)
        case fail(HandlerFailure)
        case load
    }

    let identity: ModuleIdentity
    private let currentReference = ImmortalReference<ModuleVersion>()
    /// A version of an earlier source, if this process could not create one of the current source.
    private let lastGood = ImmortalReference<ModuleVersion>()
    private let state = Monitor(State())

    init(_ identity: ModuleIdentity) { self.identity = identity }

    /// Returns the version for a new request. An unchanged source costs one stat, or none.
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

    /// The version that new requests use, if there is one.
    var currentVersion: ModuleVersion? { current?.object }

    /// The current version, without reference counting.
    @inline(__always)
    var current: Immortal<ModuleVersion>? { currentReference.load() }

    /// Without reference counting: the loader keeps it as long as the process.
    @inline(__always)
    var immortal: Immortal<ModuleSlot> { Immortal(kept: self) }

    /// The current version and the statistics so far.
    var report: (version: ModuleVersion?, statistics: ModuleStatistics) {
        state.withLock { (current?.object, $0.statistics) }
    }

    // MARK: Waiting for the next version

    /// Waits for the next version, which one thread creates.
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
            // With SwiftAutoReload Off, modules that are loaded later must also use the current
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

    // MARK: Continuing with the last good version

    /// Returns the first version in this process: the one of the current source, or the last good
    /// one that any process has loaded.
    private func firstVersion(_ policy: ReloadPolicy) throws -> ModuleVersion {
        do {
            return try waitForNext(policy)
        } catch let failure as HandlerFailure where policy != .wait {
            guard let version = lastGoodVersion(after: failure, policy) else { throw failure }
            return version
        }
    }

    /// One thread searches for it, the others wait.
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

    /// Starts the creation of the next version on a background thread; one that is already in the
    /// cache is used at once, unless other modules must change together with it.
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

    /// Returns the next version if it has been compiled before; nil if it must still be compiled,
    /// in which case loading continues.
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

    // MARK: Changing together with other modules

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

    /// Creates the next version and keeps other threads from doing so; new requests continue with
    /// the previous one until ``publish(_:)``.
    ///
    /// - Parameter reader: Has read the modules that change together with this one.
    /// - Returns: Nil if the module is to stay unchanged, because its source no longer exists.
    /// - Throws: ``SourceFailure``, ``SourceUnsettled``; other threads then no longer wait.
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
                // The source was read while it was being written, as in load(until:_:).
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

    /// Makes new requests use a prepared version.
    func publish(_ version: ModuleVersion) { finish(.success(version)) }

    /// Leaves everything unchanged, because of a failure in a module that changes together with
    /// this one.
    ///
    /// - Parameter failure: The failure of that module; nil if there was none.
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

    /// Returns the version for a request that has pinned others: no module may occur in different
    /// states.
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
        // For this request only: built from the current source and the pinned versions.
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

    /// Creates the next version; called by the one thread that set `isLoading`.
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
                // The source was read while it was being written: it has changed meanwhile, or is
                // about to.
                guard source.isSettled() || MonotonicTime.now >= deadline else { continue }
                finish(.failure(SourceFailure(error, of: source)))
                throw error
            }
        }
    }

    private enum Outcome {
        case success(ModuleVersion)
        /// A version of an earlier source: the failure of the current one stays recorded.
        case lastGood(ModuleVersion, ReloadPolicy)
        case failure(SourceFailure)
    }

    /// Resumes the waiting threads; nil if there is no outcome, or it was already recorded.
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
                // With SwiftAutoReload Off a current version is never checked again.
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
