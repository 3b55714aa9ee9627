// SPDX-License-Identifier: Apache-2.0
//
// A request that httpd has looked up may replace the request that caused the lookup: an index
// replaces its directory (mod_dir), a variant replaces the page (mod_negotiation). httpd then
// copies the fields of its record to the other record and continues with that
// (ap_internal_fast_redirect). Therefore the state that handlers keep with the object must be
// transferred, too.

extension Request {
    /// Records a subrequest in the request that it belongs to, until one has replaced that request.
    @inline(never)
    static func tellMain(of record: RequestRecord) {
        guard let main = record.main, let request = record.object else { return }
        let state = Request.of(main).state
        // Removes earlier lookups of a loop, which have ended.
        state.lookedUp.removeAll(where: \.hasEnded)
        state.lookedUp.append(request)
    }

    /// Takes over the state that handlers kept with the subrequest that has replaced this request,
    /// if one has.
    @inline(__always)
    func followLookedUp() {
        guard let state = stateIfAny, !state.lookedUp.isEmpty else { return }
        follow(state.lookedUp)
    }

    @inline(never)
    private func follow(_ lookedUp: [Request]) {
        guard
            let request = lookedUp.last(where: { !$0.hasEnded && live.hasPlace(of: $0.live) })
        else { return }
        state.lookedUp = []
        isContentTypeSet = isContentTypeSet || request.isContentTypeSet
        if let other = request.stateIfAny { state.follow(other) }
        let known = pinnedVersions
        state.versions += request.pinnedVersions.filter { new in
            !known.contains { $0.slot === new.slot }
        }
        if !state.added.isEmpty { live.noteAddedHandlers() }
    }
}

extension RequestState {
    /// Takes over the state of the other request. Its values replace those with the same keys, as
    /// with notes.
    fileprivate func follow(_ other: RequestState) {
        storage.merge(other.storage) { _, new in new }
        filters += other.filters
        // httpd does not run these phases for a subrequest. The subrequest runs its cleanup phase
        // itself.
        let isToCome = { (handler: AddedHandler) in [.content, .log].contains(handler.phase) }
        added += other.added.filter(isToCome)
        other.added.removeAll(where: isToCome)
        if mistake == nil { mistake = other.takeMisuse() }
    }
}
