// SPDX-License-Identifier: Apache-2.0
//
// What takes minutes: make soak.

import Foundation
import ModSwiftTesting
import Testing

/// Whether the long tests run: MOD_SWIFT_SOAK is set by scripts/soak.
private let isSoaking = ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil

@Suite(.enabled(if: isSoaking), .serialized, .timeLimit(.minutes(30)))
struct SoakTests {
    private static let hello = "func handler(_ req: Request) -> String { \"good\" }"

    @Test(arguments: [MPM.event, .prefork])
    func aHundredGracefulRestartsUnderLoadFailNoRequest(_ mpm: MPM) throws {
        try SwiftSite.with(Self.hello, mpm: mpm) { server throws in
            #expect(try server.app().text == "good")
            let before = try descriptors(of: server)
            let load = try server.hammer("/app/x.do", connections: 4, timeout: .seconds(30)) {
                guard $0.text == "good" else { throw Unexpected(text: $0.text) }
            } while: {
                for _ in 0..<100 { try server.restart(graceful: true) }
            }
            #expect(load.errors == [:])
            #expect(Set(load.statuses.keys) == [200])
            #expect(try descriptors(of: server) <= before, "descriptors of the parent")
            print("\(mpm): \(load.answers) answers, \(load.retries) closed keep-alive connections")
        }
    }

    @Test func twentyHardRestartsWithABuildUnderWayLeaveNothingBroken() throws {
        try SwiftSite.with(Self.hello) { server throws in
            server.allowLog(containing: "swift:error")
            for round in 0..<20 {
                try server.writeApp(Self.hello + "\n// \(round)")
                let thread = Thread { _ = try? server.app() }
                thread.start()
                Thread.sleep(forTimeInterval: Double(round) * 0.03)
                try server.restart(graceful: false)
                #expect(try server.app().text == "good")
            }
            let work = try FileManager.default.contentsOfDirectory(atPath: "\(server.cache)/work")
            #expect(eventually { builders() == 0 }, "builders are left")
            #expect(work.count <= 20)
        }
    }

    @Test func editsUnderLoadAreSeenInOrder() throws {
        func source(_ edit: Int) -> String {
            "func handler(_ req: Request) -> String { \"\(edit)\" }"
        }
        try SwiftSite.with(source(0)) { server throws in
            #expect(try server.app().text == "0")
            let load = try server.hammer("/app/x.do", connections: 4, timeout: .seconds(30)) {
                guard Int($0.text) != nil else { throw Unexpected(text: $0.text) }
            } while: {
                for edit in 1...20 {
                    // In one step, as editors do it that do it well.
                    try server.write("app/new", "import ModSwift\n\(source(edit))\n")
                    rename("\(server.htdocs)/app/new", "\(server.htdocs)/app/app.swift")
                    #expect(try server.app().text == "\(edit)")
                }
            }
            #expect(load.errors == [:])
            #expect(Set(load.statuses.keys) == [200])
        }
    }

    @Test func aGigabyteIsStreamedBothWaysInConstantMemory() throws {
        let source = """
            func handler(_ req: Request) async throws -> String {
                var size = 0
                for try await chunk in req.body { size += chunk.count }
                return "\\(size)"
            }
            func send(_ req: Request) throws {
                let block = [UInt8](repeating: 120, count: 65_536)
                for _ in 0..<16_384 { req.write(block) }
            }
            func file(_ req: Request) throws {
                try req.sendFile(req.filename!.replacing("x.do", with: "big"))
            }
            """
        for handler in ["app", "app::send", "app::file"] {
            try SwiftSite.with(source, mpm: .prefork, handler: handler) { server throws in
                let big = "\(server.htdocs)/app/big"
                #expect(FileManager.default.createFile(atPath: big, contents: nil))
                #expect(truncate(big, 1 << 30) == 0)
                server.configuration.children = 1
                _ = try server.curl("/app/x.do", "-o", "/dev/null", timeout: .seconds(120))
                let child = try #require(server.childPIDs.first)
                let before = try memory(of: child)
                let upload = handler == "app" ? ["-T", big, "-X", "POST"] : ["-o", "/dev/null"]
                let start = ContinuousClock.now
                if handler == "app" {
                    let answer = try server.curl(
                        "/app/x.do", upload[0], upload[1], upload[2], upload[3],
                        timeout: .seconds(300))
                    #expect(answer.text == "1073741824")
                } else {
                    _ = try server.curl("/app/x.do", upload[0], upload[1], timeout: .seconds(300))
                }
                let growth = try memory(of: child) - before
                print("\(handler): 1 GiB in \(ContinuousClock.now - start), \(growth) KB more")
                #expect(growth < 2048)
            }
        }
    }

    private func descriptors(of server: HTTPD) throws -> Int {
        let parent = try #require(server.pid)
        return try FileManager.default.contentsOfDirectory(atPath: "/proc/\(parent)/fd").count
    }

    /// Private memory in KB.
    private func memory(of process: pid_t) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Private_Dirty") })
        return try #require(line.split(separator: " ").compactMap { Int($0) }.first)
    }

    private func builders() -> Int {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.count { name in
            let link = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/\(name)/exe")
            return link?.hasSuffix("/mod_swift_build") == true
        }
    }
}
