// SPDX-License-Identifier: Apache-2.0

import ModSwift

enum Kept: RequestStorageKey { typealias Value = [Table] }
enum Count: ConnectionStorageKey { typealias Value = Int }
enum LastLog: ConnectionStorageKey { typealias Value = ErrorLog }

/// Sets everything that can be set: what the client determined, to its present value.
func change(_ req: Request) {
    req.assbackwards = req.assbackwards
    req.uri = req.uri
    req.args = req.args
    req.pathInfo = req.pathInfo
    req.usedPathInfo = req.usedPathInfo
    req.filename = req.filename
    req.canonicalFilename = req.canonicalFilename
    req.finfo = req.finfo
    req.handler = req.handler
    req.proxyreq = req.proxyreq
    req.user = req.user
    req.apAuthType = req.apAuthType
    req.status = .ok
    req.statusLine = "200 Fine"
    req.statusLine = nil
    req.contentType = "text/x-every"
    req.contentEncoding = nil
    req.contentLanguages = ["en", "de"]
    req.chunked = req.chunked
    req.noLocalCopy = false
    req.noCache = true
    req.connection.keepalive = req.connection.keepalive
    req.allowMethods(["GET", "BREW"], reset: true)
    req.addCommonVars()
    req.addCGIVars()
    changeTables(req)
}

/// Stores values with the request and its connection, and registers cleanups of the process.
func remember(_ req: Request) {
    req[Kept.self] = tables(of: req)
    req.connection[Count.self] = (req.connection[Count.self] ?? 0) + 1
    // Usually the log of a request that has already finished.
    req.connection[LastLog.self]?.write("again", level: .debug)
    req.connection[LastLog.self] = req.errorLog
    _ = processCleanups
    writeLogs(req)
}

private func writeLogs(_ req: Request) {
    let text = req.uri
    req.log(text, level: .debug)
    req.connection.log(text, level: .debug)
    req.server.log(text, level: .debug)
    Apache.log(text, level: .debug, server: req.server)
    ErrorLog.main.write(text, level: ErrorLog.main.level < .debug ? .debug : .trace)
}

private let processCleanups: Void = {
    Apache.registerCleanup {}
    Apache.mainServer.registerCleanup {}
}()
