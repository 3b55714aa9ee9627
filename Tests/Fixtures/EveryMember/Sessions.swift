// SPDX-License-Identifier: Apache-2.0
//
// Sessions, shared values and stores. The client's session is deleted at the end.

import ModSwift

private struct Cart: Codable { var items: [String] = [] }

/// Uses the client's session and deletes it, and uses shared values, httpd's session and a store.
func useSessions(_ req: Request) {
    var tally = Tally()
    let reader = tally.attempt { try req.session(lock: false) }
    tally.attempt { try reader?.lock() }
    guard let session = tally.attempt({ try req.session() }) else { return }
    change(session, req, &tally)
    useTyped(req, &tally)
    tally.attempt { try session.renew() }
    tally.attempt { try session.save() }
    tally.attempt { try session.checkCSRF(session.csrfToken) }
    tally.attempt { try session.checkCSRF(req.args) }
    // Only here: otherwise the body is read later.
    if req.method == "FORM" { tally.attempt { try session.checkCSRF(try req.form()) } }
    session.unlock()
    tally.attempt { try session.delete() }
    session.invalidate()
    shareValues(req, &tally)
    useHTTPDSession(req, &tally)
    useStore(&tally)
}

private func change(_ session: Session, _ req: Request, _ tally: inout Tally) {
    tally.read(session.id, session.isNew, session.created, session.lastAccessed, session.isLocked)
    session.timeout = session.timeout
    session.isPersistent = !session.isPersistent
    session.removeAll()
    session["uri"] = req.uri
    tally.attempt { try session.set("cart", to: Cart(items: [req.args ?? ""])) }
    tally.attempt { try session.get("cart", as: Cart.self)?.items }
    tally.read(session.names, session["uri"] as? String)
    tally.attempt { try session.save() }
}

private func useTyped(_ req: Request, _ tally: inout Tally) {
    guard let cart = tally.attempt({ try req.session(as: Cart.self, initial: Cart()) }),
        let other = tally.attempt({ try req.session(as: Cart.self) })
    else { return }
    cart.value.items.append(req.uri)
    tally.read(cart.isNew, cart.session.id, other.value.items)
    tally.attempt { try cart.save() }
    tally.attempt { try cart.renew() }
    tally.attempt { try cart.invalidate() }
    tally.attempt { try cart.save() }
}

private func shareValues(_ req: Request, _ tally: inout Tally) {
    guard let values = tally.attempt({ try Apache.shared("every member") }) else { return }
    tally.read(values.name)
    tally.attempt { try values.set(req.uri, to: [req.uri], expiresIn: 1) }
    tally.attempt { try values.get(req.uri, as: [String].self) }
    tally.attempt { try values.update(req.uri, as: [String].self, expiresIn: 1) { $0 ?? [] } }
    tally.attempt { try values.remove(req.uri) }
    tally.attempt { try values.count("all", within: 1) }
    tally.attempt { try Apache.withGlobalLock("every member") { req.uri } }
}

private func useHTTPDSession(_ req: Request, _ tally: inout Tally) {
    guard let session = tally.attempt({ try req.httpdSession() }).flatMap(\.self) else { return }
    tally.read(session.user, session.expires, session["uri"])
    session["uri"] = nil
    tally.attempt { try session.set("uri", to: nil) }
}

/// Holds a global lock across a suspension.
func lockAsynchronously() async throws -> Int {
    try await Apache.withGlobalLock("asynchronous") {
        await Task.yield()
        return 1
    }
}

// MARK: A store

private struct EmptyStore: SessionStore {
    func load(_ key: String) -> [UInt8]? { nil }
    func insert(_ bytes: [UInt8], for key: String, expires: Double) {}
    func update(_ bytes: [UInt8], for key: String, expires: Double) -> Bool { false }
    func delete(_ key: String) -> Bool { true }
}

private func useStore(_ tally: inout Tally) {
    let store: any SessionStore = EmptyStore()
    Apache.registerSessionStore(store, as: "empty")
    tally.attempt { try store.load("a") }
    tally.attempt { try store.insert([1], for: "a", expires: 1) }
    tally.attempt { try store.update([1], for: "a", expires: 1) }
    tally.attempt { try store.touch("a", expires: 1) }
    tally.attempt { try store.delete("a") }
    tally.attempt { try store.replace("a", by: "b", with: [1], expires: 1) }
    tally.attempt { try store.removeExpired() }
    tally.attempt { try store.lock("every member", timeout: 1)?.isHeld }
    // The default implementations of the protocol.
    let defaults = EmptyStore()
    tally.attempt { try defaults.touch("a", expires: 1) }
    tally.attempt { try defaults.replace("a", by: "b", with: [1], expires: 1) }
    tally.attempt { try defaults.lock("every member", timeout: 1)?.unlock() }
    tally.attempt { try defaults.removeExpired() }
    let lock = StoreLock(isHeld: { true }, release: {})
    tally.read(lock.isHeld)
    lock.unlock()
    tally.attempt { try Apache.sessionStore().load("every member") }
}
