// SPDX-License-Identifier: Apache-2.0
//
// What Benchmarks/mod_bodies_c does, in Swift. The query says what to do.

import ModSwift

func handler(_ req: Request) async throws -> Status {
    req.contentType = "application/octet-stream"
    switch req.args ?? "" {
    case "file":
        guard let file = req.filename else { return .notFound }
        try req.sendFile(String(file.dropLast("x.do".count)) + "body")
    case "write":
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        for _ in 0..<16_384 { req.write(piece) }
    case "read":
        var size = 0
        try req.streamBody { bytes in size += bytes.count }
        req.write("\(size)\n")
    default:
        var size = 0
        for try await part in req.body { size += part.count }
        req.write("\(size)\n")
    }
    return .ok
}
