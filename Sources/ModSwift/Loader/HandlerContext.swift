// SPDX-License-Identifier: Apache-2.0

/// The request, connection or filter that a handler runs for.
///
/// It determines where handlers are searched, and pins one version of each module for its lifetime.
protocol HandlerContext: AnyObject {
    /// The server or virtual host that it belongs to.
    var servingServer: ServerRecord? { get }
    /// The subject that messages about its handlers are logged for.
    var subject: CallSubject { get }
    /// The request whose directives limit the time of its handlers; nil if it belongs to none.
    var owningRequest: Request? { get }
    /// Returns a misuse of a member that the handler's result does not show; once.
    func takeMisuse() -> RequestState.Misuse?
    /// The directory of its file, with a slash at its end; nil if it has none.
    var fileDirectory: String? { get }
    /// Records the namespace of one of its handlers, if it is not the server's.
    func enter(_ namespace: String, for phase: Phase)
    /// The versions that it has pinned.
    var pinnedVersions: [PinnedVersion] { get }
    /// Pins a version that it uses for the first time.
    func pin(_ version: PinnedVersion)
    /// Whether it uses the current version of a module, because it has pinned that version before
    /// or because the sources are unchanged; the version is then pinned. Nearly all requests take
    /// this path, which allocates, locks and counts nothing. False where more work is needed: see
    /// ``version(of:_:)``.
    func keeps(
        _ current: Immortal<ModuleVersion>, of slot: Immortal<ModuleSlot>, _ policy: ReloadPolicy
    ) -> Bool
}

/// A module, and the version of it that a request, connection or filter has pinned.
struct PinnedVersion {
    let slot: ModuleSlot
    let version: ModuleVersion
    /// Prevents the modules of that version from being closed.
    let uses: [ModuleUse]

    @inline(__always)
    init(slot: ModuleSlot, version: ModuleVersion) {
        self.slot = slot
        self.version = version
        uses = version.uses
    }
}

extension HandlerContext {
    func keeps(
        _ current: Immortal<ModuleVersion>, of slot: Immortal<ModuleSlot>, _ policy: ReloadPolicy
    ) -> Bool { false }

    /// Returns the version of a module that this subject uses.
    ///
    /// - Throws: ``HandlerFailure``.
    @inline(__always)
    func version(of slot: ModuleSlot, _ policy: ReloadPolicy) throws -> ModuleVersion {
        if let current = slot.current, keeps(current, of: slot.immortal, policy) {
            return current.object
        }
        return try otherVersion(of: slot, policy)
    }

    /// Returns the version of a module whose sources have changed, or that must agree with others.
    @inline(never)
    private func otherVersion(of slot: ModuleSlot, _ policy: ReloadPolicy) throws -> ModuleVersion {
        if let met = pinnedVersions.first(where: { $0.slot === slot }) { return met.version }
        let version = try slot.version(policy, agreeingWith: pinnedVersions)
        pin(PinnedVersion(slot: slot, version: version))
        return version
    }
}

extension Request: HandlerContext {
    var servingServer: ServerRecord? { live.server }
    var subject: CallSubject { .request(live) }
    @inline(__always)
    var owningRequest: Request? { self }
    @inline(__always)
    func takeMisuse() -> RequestState.Misuse? { stateIfAny?.takeMisuse() }

    /// A filter is called while a handler runs, whose namespace must be kept.
    func enter(_ namespace: String, for phase: Phase) {
        guard phase != .inputFilter, phase != .outputFilter,
            live.configuration?.usesFastPath == false
        else { return }
        state.namespace = namespace
    }
    var pinnedVersions: [PinnedVersion] { met.all + (stateIfAny?.versions ?? []) }
    func pin(_ version: PinnedVersion) { state.versions.append(version) }

    func keeps(
        _ current: Immortal<ModuleVersion>, of slot: Immortal<ModuleSlot>, _ policy: ReloadPolicy
    ) -> Bool {
        if let version = met.version(of: slot) { return version == current }
        guard stateIfAny?.versions.isEmpty ?? true,
            current.with({ !$0.wantsToBeClosed && (policy == .never || $0.isUnchanged) }),
            met.agree(with: current), let pool = live.pool
        else { return false }
        met.add(current, of: slot, in: pool)
        return true
    }
}

/// A filter runs for its request; a filter of a connection is a closure, for which no module is
/// searched.
extension Filter: HandlerContext {
    var servingServer: ServerRecord? { owningRequest?.servingServer }
    var subject: CallSubject {
        if let record = requestRecord { return .request(record) }
        return connectionRecord.map { .connection($0) } ?? .child
    }
    var owningRequest: Request? { requestRecord.map { Request.of($0) } }
    func takeMisuse() -> RequestState.Misuse? { owningRequest?.takeMisuse() }
    var fileDirectory: String? { owningRequest?.fileDirectory }
    func enter(_ namespace: String, for phase: Phase) {}
    var pinnedVersions: [PinnedVersion] { owningRequest?.pinnedVersions ?? [] }
    func pin(_ version: PinnedVersion) { owningRequest?.pin(version) }
    func keeps(
        _ current: Immortal<ModuleVersion>, of slot: Immortal<ModuleSlot>, _ policy: ReloadPolicy
    ) -> Bool {
        owningRequest?.keeps(current, of: slot, policy) ?? false
    }
}
