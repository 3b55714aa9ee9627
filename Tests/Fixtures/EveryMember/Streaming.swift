// SPDX-License-Identifier: Apache-2.0
//
// The body, the response, and filters in both directions.

import ModSwift

/// Reads the body by every function, one after the other; the last one reads the rest.
func readBody(_ req: Request) throws -> Int {
    var size = try req.readLine(100).count
    size += try req.read(10).count
    size += try req.readLineString(100)?.utf8.count ?? 0
    size += try req.readLines(200).count
    var tally = Tally()
    tally.attempt { try req.readLines(lineLimit: 40) }
    tally.attempt { () throws -> Int in throw HTTPError(.conflict, "a", headers: ["A": "1"]) }
    if req.args?.isEmpty == false {
        size += try req.readString(limit: 1 << 16).utf8.count
    } else {
        try req.streamBody { size += $0.count }
    }
    try req.discardRequestBody()
    return size
}

/// Sends interim responses.
func sendHints(_ req: Request) throws {
    if req.headersIn.contains("X-1") {
        try req.sendInterimResponse(.earlyHints, headers: ["Link": "</a>; rel=preload"])
    }
    try req.sendInterimResponse(.continue)
}

/// Writes parts as they arrive, and trailers.
func writeParts(_ req: Request) async throws {
    req.trailersOut["X-Trailer"] = "1"
    let texts = AsyncStream<String> { parts in
        parts.yield("part")
        parts.finish()
    }
    try await req.write(contentsOf: texts)
    try await req.write(contentsOf: req.body, flushing: true)
}

/// Writes by every function.
func write(_ req: Request, _ size: Int) throws {
    let text = "every member, \(size) bytes\n"
    req.write(text)
    req.write(Array(text.utf8))
    req.write(text.dropFirst())
    req.write(text.utf8.reversed())
    req.write(Array(text.utf8).span)
    req.write(Array(text.utf8).span.bytes)
    try req.flush()
    if let path = req.filename, req.finfo?.filetype == .regular {
        try req.sendFile(path, offset: 1, length: 10)
    }
    req.log("\(req.bytesSent)", level: .trace)
}

/// Adds every kind of filter for input and for output.
func addFilters(_ req: Request) throws {
    var tally = Tally()
    tally.attempt { try req.addOutputFilter("no such filter") }
    tally.attempt { try req.addInputFilter("no such filter") }
    req.registerOutputFilter("every", "app::named")
    req.registerInputFilter("every", "app::named", directory: nil)
    try req.addOutputFilter("every")
    try req.addInputFilter("every")
    for filter in [copyChunks, copyParts, copyLines, passOnce] {
        req.addOutputFilter(filter)
        req.addInputFilter(filter)
    }
    req.addOutputFilter(passLater)
    req.addInputFilter(passLater)
}

/// A filter that is registered under a name.
func named(_ filter: Filter) throws {
    var tally = Tally()
    tally.read(filter.name, filter.handler, filter.directory, filter.isInput, filter.isClosed)
    tally.read(filter.req.uri, filter.connection.id, filter[Kept.self])
    filter[Kept.self] = []
    try filter.passOn()
}

private func copyChunks(_ filter: Filter) throws {
    let hasEnded = try filter.forEachChunk { bytes in
        filter.write(bytes)
        filter.write("")
    }
    if hasEnded { filter.close() }
}

private func copyParts(_ filter: Filter) throws {
    while let bytes = try filter.read(1000) {
        filter.write(bytes)
        filter.write(bytes.dropFirst(1 << 20))
    }
    if !filter.isInput, !filter.isAtEnd { try filter.flush() }
}

private func copyLines(_ filter: Filter) throws {
    while let line = try filter.readLine(80) { filter.write(line.span.bytes) }
}

private func passOnce(_ filter: Filter) throws {
    try filter.passOn()
    filter.disable()
}

private func passLater(_ filter: Filter) async throws {
    await Task.yield()
    var chunks = filter.chunks.makeAsyncIterator()
    if let chunk = try await chunks.next() { filter.write(chunk) }
    for try await chunk in filter.chunks { filter.write(chunk) }
    filter.write("".dropFirst())
    try await filter.write(contentsOf: AsyncStream<[UInt8]> { $0.finish() })
    try await filter.write(contentsOf: AsyncStream<String> { $0.finish() }, flushing: true)
}

/// Reads a connection without HTTP by every function, and writes back what it read.
func connectionHandler(_ conn: Connection) async throws -> Status {
    entered.add(1, ordering: .relaxed)
    defer { finished.add(1, ordering: .relaxed) }
    var tally = Tally()
    tally.readAll(of: conn)
    for filter in [copyChunks, passOnce] {
        conn.addInputFilter(filter)
        conn.addOutputFilter(filter)
    }
    conn.addInputFilter(passLater)
    conn.addOutputFilter(passLater)
    conn.timeout = 3
    for _ in 0..<100 {
        if try await conn.waitForInput(timeout: .seconds(1)) == .input {
            conn.write(try conn.peek(3))
        }
        conn.waker.wake()
        guard let first = try await conn.nextLine(50), let second = try await conn.nextLineString(),
            let third = try await conn.nextBytes(9)
        else { break }
        conn.write(first, flush: false)
        conn.write(second)
        conn.write(third, flush: false)
        guard let line = try conn.readLine(50), let text = try conn.readLineString(),
            let part = try conn.read(7)
        else { break }
        conn.write(line, flush: false)
        conn.write(text)
        conn.write(part.span.bytes, flush: false)
        conn.write(part.span, flush: false)
        conn.write(part.dropFirst(7), flush: false)
        conn.write(text.dropFirst(text.count))
        conn.log(text, level: .debug)
        tally.attempt { try conn.notes.set(text, to: text) }
        tally.readAll(of: conn.notes, named: text)
    }
    conn.write(try conn.readToEnd(limit: 1000))
    try conn.flush()
    try conn.checkClient()
    return .ok
}
