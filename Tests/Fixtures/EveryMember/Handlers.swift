// SPDX-License-Identifier: Apache-2.0
//
// Handlers that use every member of the public interface. No client may be able to make them trap,
// and they must not leak. Tests put the files of this directory together into one module.

import ModSwift
import Synchronization

/// The number of requests that reached a handler, and of those that a handler itself completed or
/// refused.
let entered = Atomic<Int>(0)
let finished = Atomic<Int>(0)

/// Reads everything, changes everything that may be changed, reads the body, writes.
func handler(_ req: Request) throws -> Status {
    try counted(req) { try answer(req, body: readBody) }
}

/// Does the same and reads the body in parts as they arrive.
func asynchronous(_ req: Request) async throws -> Status {
    entered.add(1, ordering: .relaxed)
    defer { finished.add(1, ordering: .relaxed) }
    try sendHints(req)
    var size = 0
    if req.headersIn["Content-Type"]?.hasPrefix("multipart/") == true {
        let parts = try req.args == nil ? readPartsByClosures(req) : await readParts(req)
        return try answer(req) { _ in parts }
    }
    var iterator = req.body.makeAsyncIterator()
    while let part = try await iterator.next() { size += part.count }
    while let part = try await iterator.next(isolation: nil) { size += part.count }
    await Task.yield()
    size += try await lockAsynchronously()
    let status = try answer(req) { _ in size }
    if status == .ok { try await writeParts(req) }
    return status
}

/// Redirects internally to another URI of this server, whose handler also reads everything.
func redirect(_ req: Request) throws -> Status {
    try counted(req) {
        prepare(req)
        try req.internalRedirect("/app/redirected.do" + (req.args.map { "?\($0)" } ?? ""))
        return .ok
    }
}

/// Responds with 404 after reading everything.
func refuse(_ req: Request) throws -> Status {
    try counted(req) {
        prepare(req)
        useForm(req)
        useHTML(req)
        try useModules(req)
        req.connection.keepalive = .close
        throw Status(HTTPStatus.notFound)
    }
}

/// Sends a file with its length, its ETag and its modification time.
func file(_ req: Request) throws -> Status {
    try counted(req) {
        prepare(req)
        guard let path = req.filename, let info = req.finfo else { throw Status.notFound }
        req.updateMtime(info.mtime)
        req.setLastModified()
        req.setETag()
        let status = req.meetsConditions()
        guard status == .ok else { return status }
        req.setContentLength(info.size)
        try req.sendFile(path)
        return .ok
    }
}

/// Sets header values that are not permitted: the response is 500, and the log says why.
func mistake(_ req: Request) -> Status {
    req.headersOut["X-Split"] = "a\r\nb: c"
    req.headersOut.add("X-NUL", "\0")
    return .ok
}

/// Returns the number of requests that reached a handler, and of those that a handler itself
/// completed or refused.
func counts(_ req: Request) -> String {
    "\(entered.load(ordering: .relaxed)) \(finished.load(ordering: .relaxed))"
}

private func counted(_ req: Request, _ body: () throws -> Status) throws -> Status {
    // Requests that a handler made itself are not counted.
    let number = req.isInitial ? 1 : 0
    entered.add(number, ordering: .relaxed)
    defer { finished.add(number, ordering: .relaxed) }
    return try body()
}

/// Does what every handler does before its response, and registers what happens at the end of the
/// request.
private func prepare(_ req: Request) {
    var tally = Tally()
    tally.readAll(of: req)
    if req.isInitial { tally.readApache(req.args ?? "") }
    change(req)
    remember(req)
    if req.isInitial { ask(req) }
    req.addHandler(.log, "app::logged")
    req.registerCleanup {
        var tally = Tally()
        tally.readAll(of: req)
    }
}

private func answer(_ req: Request, body: (Request) throws -> Int) throws -> Status {
    prepare(req)
    try addFilters(req)
    useSessions(req)
    let size = try body(req)
    req.contentType = "text/plain"
    let status = req.meetsConditions()
    guard status == .ok else { return status }
    try write(req, size)
    return .ok
}

func logged(_ req: Request) -> Status {
    var tally = Tally()
    tally.readAll(of: req)
    return .ok
}
