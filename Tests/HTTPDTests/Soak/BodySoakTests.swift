// SPDX-License-Identifier: Apache-2.0
//
// Bodies of 1 GiB, compared byte for byte: make soak.

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil), .serialized,
    .timeLimit(.minutes(30)))
struct BodySoakTests {
    @Test(arguments: [
        ("--http1.1", "EnableSendfile On"), ("--http1.1", "EnableMMAP Off"),
        ("--http2-prior-knowledge", "EnableSendfile On"),
    ])
    func aGigabyteArrivesAsItWasSent(_ protocol: String, _ directives: String) throws {
        let source = """
            func handler(_ req: Request) async throws -> Status {
                switch req.args ?? "" {
                case "file": try req.sendFile(req.filename!.replacing("x.do", with: "big"))
                case "echo": try await req.write(contentsOf: req.body)
                case "lend": try req.streamBody { bytes in req.write(bytes) }
                default: break
                }
                return .ok
            }
            """
        try SwiftSite.with(
            source, modules: ["http2"], directives: directives,
            global: "Protocols h2c http/1.1\nLimitRequestBody 0"
        ) { server throws in
            _ = try server.app()
            let big = "\(server.htdocs)/app/big"
            try Shell.run(["sh", "-c", "head -c 1G /dev/urandom >\(big); chmod a+r \(big)"])
            let sum = try Shell.run(["sh", "-c", "sha256sum <\(big)"])
            for query in ["file", "echo", "lend"] {
                let upload = query == "file" ? "" : "-H Expect: -X POST -T \(big)"
                let start = ContinuousClock.now
                let arrived = try Shell.run(
                    [
                        "sh", "-c",
                        "curl -qsS \(`protocol`) \(upload) "
                            + "'http://127.0.0.1:\(server.port)/app/x.do?\(query)' | sha256sum",
                    ], within: .seconds(300))
                #expect(arrived == sum)
                print("\(`protocol`) \(directives) \(query): \(ContinuousClock.now - start)")
            }
        }
    }
}
