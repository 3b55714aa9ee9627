// SPDX-License-Identifier: Apache-2.0
//
// A request that httpd has looked up may take the place of the one it was looked up for: an index that
// of its directory (mod_dir), a variant that of the page (mod_negotiation). httpd then copies what its
// record says into the other record and goes on with that (ap_internal_fast_redirect), so what handlers
// keep with the object has to follow.

extension Request {
    /// Has the request that a subrequest belongs to remember it, until one has taken its place.
    @inline(never)
    static func tellMain(of record: RequestRecord) {
        guard let main = record.main, let request = record.object else { return }
        let state = Request.of(main).state
        // What was looked up in a loop has ended by now.
        state.lookedUp.removeAll(where: \.hasEnded)
        state.lookedUp.append(request)
    }

    /// Takes over what handlers kept with the subrequest that has taken the place of this request, if
    /// one has.
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
    /// The values that the other has set come in the place of those of the same keys, as with notes.
    fileprivate func follow(_ other: RequestState) {
        storage.merge(other.storage) { _, new in new }
        filters += other.filters
        // httpd does not come to these phases with a subrequest. Its cleanup phase it has itself.
        let isToCome = { (handler: AddedHandler) in [.content, .log].contains(handler.phase) }
        added += other.added.filter(isToCome)
        other.added.removeAll(where: isToCome)
        if mistake == nil { mistake = other.takeMisuse() }
    }
}
