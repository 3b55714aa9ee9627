// SPDX-License-Identifier: Apache-2.0
//
// The handlers that the cases of sessions.jsonl speak of, by the name in the request's path.

import Glibc
import ModSwift

func handler(_ req: Request) throws -> String {
    let name = req.uri.split(separator: "/").last.map { $0.split(separator: ".")[0] } ?? ""
    // "count-quick" is count where another lock_timeout is in effect.
    let quick = "-quick"
    let action = name.hasSuffix(quick) ? String(name.dropLast(quick.count)) : String(name)
    guard let function = actions[action] else { throw Status.notFound }
    return try function(Call(req))
}

struct Call {
    let req: Request
    let query: [String: String]

    init(_ req: Request) {
        self.req = req
        query = pairs(req.args ?? "")
    }

    func wait() {
        guard let milliseconds = query["ms"].flatMap({ UInt32($0) }) else { return }
        req.log("at work for \(milliseconds) ms", level: .info)
        usleep(milliseconds * 1000)
    }
}

func pairs(_ text: String) -> [String: String] {
    var pairs: [String: String] = [:]
    for part in text.split(separator: "&") {
        let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        pairs[String(sides[0])] = sides.count > 1 ? String(sides[1]) : ""
    }
    return pairs
}

func count(_ session: Session) -> String {
    let count = (session["n"] as? Int ?? 0) + 1
    session["n"] = count
    return "\(count)"
}

func shown(_ value: Any?) -> String { value.map { "\($0)" } ?? "none" }

struct State1: Codable { var x: Int }
struct State1b: Codable {
    var x: Int
    var y: String?
}
struct State2: Codable { var x: [String] }

let actions: [String: @Sendable (Call) throws -> String] = [
    "count": { call in
        let session = try call.req.session()
        let text = count(session)
        try session.save()
        return text
    },
    "slow": { call in
        let session = try call.req.session()
        call.wait()
        let text = count(session)
        try session.save()
        return text
    },
    // Says which process has the session's lock, and counts when it has waited.
    "hold": { call in
        let session = try call.req.session()
        try Apache.shared("holder").set("pid", to: Int(getpid()))
        call.wait()
        let text = count(session)
        try session.save()
        return text
    },
    // The process that has the lock; 0 where none has said so. It is told once.
    "holder": { _ in
        let holder = try Apache.shared("holder")
        let pid = try holder.get("pid", as: Int.self) ?? 0
        if pid != 0 { try holder.remove("pid") }
        return "\(pid)"
    },
    // Saves until it is killed, or for a minute.
    "hammer": { call in
        let session = try call.req.session()
        try Apache.shared("holder").set("pid", to: Int(getpid()))
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            _ = count(session)
            try session.save()
            usleep(call.query["us"].flatMap { UInt32($0) } ?? 0)
        }
        return "done"
    },
    "slow-nolock": { call in
        let session = try call.req.session(lock: false)
        call.wait()
        let text = count(session)
        try session.save()
        return text
    },
    "read": { call in
        let session = try call.req.session(lock: false)
        call.wait()
        return shown(session["n"])
    },
    "renew": { call in
        let session = try call.req.session()
        try session.renew()
        return shown(session["n"])
    },
    "logout": { call in
        try call.req.session().invalidate()
        return "bye"
    },
    "logout-count": { call in
        let session = try call.req.session()
        session.invalidate()
        let text = count(session)
        try session.save()
        return text
    },
    "big": { call in
        let session = try call.req.session()
        let bytes = call.query["bytes"].flatMap { Int($0) } ?? 0
        session["big"] = String(repeating: "x", count: bytes)
        try session.save()
        return "\((session["big"] as? String ?? "").utf8.count)"
    },
    "set": { call in
        let session = try call.req.session()
        call.wait()
        session[call.query["k"] ?? ""] = call.query["v"]
        try session.save()
        return "set"
    },
    "get": { call in shown(try call.req.session(lock: false)[call.query["k"] ?? ""]) },
    "twice": { call in
        let first = try call.req.session()
        let second = try call.req.session()
        return "\(first === second) \(count(second))"
    },
    "count-twice": { call in
        let session = try call.req.session()
        _ = count(session)
        try session.save()
        let text = count(session)
        try session.save()
        return text
    },
    "save-unlock-then-sleep": { call in
        let session = try call.req.session()
        let text = count(session)
        try session.save()
        session.unlock()
        call.wait()
        return text
    },
    "remember": { call in
        let session = try call.req.session()
        session.timeout = (call.query["days"].flatMap { Int($0) } ?? 1) * 86_400
        session.isPersistent = true
        try session.save()
        return "remembered"
    },
    "form": { call in
        let session = try call.req.session()
        let token = session.csrfToken
        try session.save()
        return token
    },
    "submit": { call in
        guard call.req.method == "POST" else { throw Status.methodNotAllowed }
        let body = String(decoding: try call.req.read(), as: UTF8.self)
        try call.req.session().checkCSRF(pairs(body)["csrf"])
        return "done"
    },
    "typed1": { call in
        let session = try call.req.session(as: State1.self)
        session.value.x = call.query["x"].flatMap { Int($0) } ?? session.value.x
        try session.save()
        return "\(session.value.x)"
    },
    "typed1b": { call in
        let session = try call.req.session(as: State1b.self)
        return session.isNew ? "new" : "\(session.value.x)"
    },
    "typed2": { call in
        let session = try call.req.session(as: State2.self)
        return session.isNew ? "new" : "\(session.value.x)"
    },
    "redirect-count": { call in
        // Holds the lock that the other handler asks for.
        _ = count(try call.req.session())
        try call.req.internalRedirect("/app/count.do")
        return ""
    },
    "shared": { call in
        let values = try Apache.shared("test")
        return "\(try values.update("n", as: Int.self) { ($0 ?? 0) + 1 })"
    },
    "shared-set": { call in
        try Apache.shared("test").set("k", to: call.query["v"] ?? "", expiresIn: 4)
        return "set"
    },
    "shared-get": { call in shown(try Apache.shared("test").get("k", as: String.self)) },
    "rate": { call in "\(try Apache.shared("rate").count("x", within: 4))" },
    "exclusive": { call in
        try Apache.withGlobalLock("exclusive", timeout: Double(call.query["s"] ?? "") ?? 20) {
            call.wait()
            return "\(try Apache.shared("test").update("x", as: Int.self) { ($0 ?? 0) + 1 })"
        }
    },
    "unsupported": { call in
        let session = try call.req.session()
        session["x"] = State1(x: 1)
        return "never"
    },
    "forgotten": { call in try call.req.session().csrfToken },
    "later": { call in
        // Opened for reading, locked when it is needed.
        let session = try call.req.session(lock: false)
        call.wait()
        try session.lock()
        let text = count(session)
        try session.save()
        return text
    },
    "page": { call in
        // The page uses the session that the handler has, and leaves it its lock.
        let session = try call.req.session()
        _ = count(session)
        try PSP(call.req, string: "<%= session[\"n\"] as? Int ?? 0 %> <%= form.count %>").run()
        return " \(session.isLocked) \(try call.req.form().count)"
    },
    "locks": { call in
        // One more than there are threads, processes or anything else to run out of.
        func lock(_ number: Int) throws -> Int {
            guard number > 0 else { return 0 }
            return try Apache.withGlobalLock("lock \(number)", timeout: 1) {
                try lock(number - 1) + 1
            }
        }
        return "\(try lock(call.query["n"].flatMap { Int($0) } ?? 1))"
    },
    "about": { call in
        let session = try call.req.session(lock: false)
        return
            "\(session.isNew) \(session.created) \(session.lastAccessed) \(session.timeout) \(session.isLocked)"
    },
    "delete": { call in
        let session = try call.req.session()
        try session.delete()
        return "\(session.isNew) \(session.names.count)"
    },
    "empty": { call in
        let session = try call.req.session()
        let names = session.names
        session.removeAll()
        try session.save()
        return names.joined(separator: ",")
    },
    // Whether the store has a record, expired or not.
    "stored": { call in
        "\(try Apache.sessionStore().load(call.query["id"] ?? "") != nil)"
    },
    "brief": { call in
        let session = try call.req.session()
        session.timeout = 1
        try session.save()
        return "saved"
    },
    "nosession": { _ in "ok" },
    "id": { call in try call.req.session(lock: false).id },
    "pid": { _ in "\(getpid())" },
]
