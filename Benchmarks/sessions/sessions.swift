// SPDX-License-Identifier: Apache-2.0
//
// Loads a session, changes it, saves it; beside one that does nothing.

import ModSwift

func none(_ req: Request) -> Status {
    req.contentType = "text/plain"
    req.write("ok\n")
    return .ok
}

func count(_ req: Request) throws -> Status {
    let session = try req.session()
    session["n"] = (session["n"] as? Int ?? 0) + 1
    try session.save()
    return none(req)
}

func read(_ req: Request) throws -> Status {
    guard try req.session(lock: false)["n"] is Int else { return .notFound }
    return none(req)
}

/// Prints the id of a session that is there now.
func begin(_ req: Request) throws -> String {
    let session = try req.session()
    session["n"] = 1
    try session.save()
    return session.id
}
