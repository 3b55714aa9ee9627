// SPDX-License-Identifier: Apache-2.0
//
// What the topic cookies counts: each handler does one thing ten times. The signatures alone, in C, are
// Benchmarks/mod_cookies_c.

import ModSwift

private let rounds = 10
private let keys = SecretKeys("5f1d4b9c8a7e6f5d4c3b2a1908f7e6d55f1d4b9c8a7e6f5d4c3b2a1908f7e6d5")
private let sent =
    "theme=dark; color=OrtBwS_YwtzxPuayfKif7qWWPV38Q2F-_wX72bET70Y::blue"

/// What all of them do, and `none` does only this.
private func answer(_ req: Request, _ work: () throws -> Int) rethrows {
    req.headersIn["Cookie"] = sent
    let sum = try work()
    req.contentType = "text/plain"
    req.write("\(sum)\n")
}

func none(_ req: Request) {
    answer(req) { 0 }
}

/// Checks a signed cookie and sets it again.
func sign(_ req: Request) throws {
    try answer(req) {
        var sum = 0
        for _ in 0..<rounds {
            guard let color = req.signedCookie("color", keys: keys)?.value else { continue }
            sum += color.utf8.count
            try req.addSignedCookie(
                SignedCookie("color", color, path: "/", httpOnly: true), keys: keys)
        }
        return sum
    }
}

/// Reads a cookie and sets it again.
func plain(_ req: Request) throws {
    try answer(req) {
        var sum = 0
        for _ in 0..<rounds {
            guard let theme = req.cookies["theme"]?.value else { continue }
            sum += theme.utf8.count
            try req.addCookie(
                Cookie("theme", theme, path: "/", httpOnly: true))
        }
        return sum
    }
}
