// SPDX-License-Identifier: Apache-2.0

import ModSwift

private let keys = SecretKeys("5f1d4b9c8a7e6f5d4c3b2a1908f7e6d55f1d4b9c8a7e6f5d4c3b2a1908f7e6d5")

func handler(_ req: Request) throws -> Status {
    guard let color = req.signedCookie("color", keys: keys)?.value else { return .forbidden }
    try req.addSignedCookie(SignedCookie("color", color, path: "/", httpOnly: true), keys: keys)
    req.contentType = "text/plain"
    req.write("\(color)\n")
    return .ok
}
